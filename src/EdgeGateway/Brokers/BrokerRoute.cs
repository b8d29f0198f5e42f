using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Devices.Mqtt.Brokers;
using EdgeGateway.Outbound;

namespace EdgeGateway.Brokers;

/// <summary>To the brokers of the settings, by the rule of every way out (<see cref="OutboundSocket"/>).</summary>
sealed class BrokerRoute(MqttOptions options) : IBrokerRoute
{
    readonly OutboundSocket _socket = new("MQTT brokers", options.Brokers.Values.Select(broker => new OutboundTarget(broker.Host, broker.Port)));

    public async Task<Stream> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        try
        {
            return await _socket.ConnectAsync(new OutboundTarget(host, port), cancellationToken);
        }
        catch (Exception e) when (e is OutboundException or System.Net.Sockets.SocketException)
        {
            throw new IOException(e.Message, e);
        }
    }
}
