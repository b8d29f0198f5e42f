using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Devices.Mqtt.Brokers;

/// <summary>The gateway as a client of the site's own brokers, as many as the settings name, beside the built-in one.</summary>
sealed partial class BrokerWire(
    MqttOptions options, IDeviceDirectory directory, Evidence.ISealer sealer, Evidence.ITelemetry telemetry, IBrokerRoute route, IBrokerSubscriptions subscriptions,
    MqttMetrics metrics, MqttEvents events, TimeProvider time, ILogger<BrokerWire> logger)
    : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var device in directory.Current.All.Where(device => device.Broker is { } broker && !options.Brokers.ContainsKey(broker))) LogNoBroker(device.Id, device.Broker!);
        return Task.WhenAll(options.Brokers.Select(broker => ClientOf(broker.Key, broker.Value).RunAsync(stoppingToken)));
    }

    BrokerClient ClientOf(string name, BrokerOptions broker) => new(
        name, broker, options, directory, new BrokerIntake(name, directory, sealer, telemetry, time, events), route, subscriptions, time,
        new BrokerEvents(name, metrics, time, logger));

    [LoggerMessage(1156, LogLevel.Warning, "Device {Device} is at broker {Broker}, which the settings do not name: nothing of it is heard")]
    partial void LogNoBroker(DeviceId device, string broker);
}
