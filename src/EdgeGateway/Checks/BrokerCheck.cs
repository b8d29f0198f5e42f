using EdgeGateway.Brokers;
using EdgeGateway.Cli;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Devices.Mqtt.Brokers;
using EdgeGateway.Evidence;
using EdgeGateway.Gateway;

namespace EdgeGateway.Checks;

/// <summary>Connects to each of the site's own brokers, without signing in.</summary>
static class BrokerCheck
{
    const string Name = "broker";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static async Task<IReadOnlyList<CheckResult>> RunAsync(CommandLine line, CancellationToken cancellationToken)
    {
        try
        {
            GatewaySettings.Read(line.Configuration);
        }
        catch (GatewayException)
        {
            // Told with the other settings.
            return [];
        }

        var options = line.Configuration.GetSection(MqttOptions.Section).Get<MqttOptions>() ?? new MqttOptions();
        var route = new BrokerRoute(options);
        return await Task.WhenAll(options.Brokers.OrderBy(broker => broker.Key, StringComparer.Ordinal).Select(broker => ReachAsync(broker.Key, broker.Value, route, cancellationToken)));
    }

    static async Task<CheckResult> ReachAsync(string name, BrokerOptions broker, BrokerRoute route, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var tls = await BrokerProbe.ReachAsync(broker, route, patience.Token);
            return broker.Tls
                ? CheckResult.Good(Name, CheckResult.Text("broker.good", name, broker.Host, broker.Port, tls))
                : CheckResult.Note(Name, CheckResult.Text("broker.plain", name, broker.Host, broker.Port));
        }
        catch (IOException e)
        {
            return CheckResult.Bad(Name, CheckResult.Text("broker.bad", name, broker.Host, broker.Port, DisplayText.Of(e.Message, 300)));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return CheckResult.Bad(Name, CheckResult.Text("broker.bad", name, broker.Host, broker.Port, CheckResult.Text("broker.silent", Patience.TotalSeconds)));
        }
    }
}
