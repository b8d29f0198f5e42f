using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Devices.Mqtt.Brokers;

/// <summary>The gateway as a client of the site's own brokers, as many as the settings name, beside the built-in one.</summary>
sealed partial class BrokerWire(
    MqttOptions options, IDeviceDirectory directory, Evidence.ISealer sealer, Evidence.ITelemetry telemetry, UploadIntake uploads, IBrokerRoute route, IBrokerSubscriptions subscriptions,
    MqttMetrics metrics, MqttEvents events, TimeProvider time, ILogger<BrokerWire> logger)
    : BackgroundService
{
    readonly ConcurrentDictionary<DeviceId, string> _unheard = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        Task[] clients = [.. options.Brokers.Select(broker => ClientOf(broker.Key, broker.Value).RunAsync(ending.Token))];
        directory.Changed += TellUnheard;
        try
        {
            TellUnheard();

            // The first one that fails stops the gateway, however well the others do.
            await await Task.WhenAny([.. clients, Task.Delay(Timeout.Infinite, ending.Token)]);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: each client leaves its broker.
        }
        finally
        {
            directory.Changed -= TellUnheard;
            await ending.CancelAsync();
            await Task.WhenAll(clients).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Once for each device: its broker may be misspelt, or the settings another station's.</summary>
    void TellUnheard()
    {
        foreach (var device in directory.Current.All)
        {
            if (device.Broker is { } broker && !options.Brokers.ContainsKey(broker) && _unheard.TryAdd(device.Id, broker)) LogNoBroker(device.Id, broker);
        }
    }

    BrokerClient ClientOf(string name, BrokerOptions broker) => new(
        name, broker, options, directory, new BrokerIntake(name, directory, sealer, telemetry, uploads, time, events), route, subscriptions, time,
        new BrokerEvents(name, metrics, time, logger));

    [LoggerMessage(1156, LogLevel.Warning, "Device {Device} is at broker {Broker}, which the settings do not name: nothing of it is heard")]
    partial void LogNoBroker(DeviceId device, string broker);
}
