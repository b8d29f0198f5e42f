namespace EdgeGateway.Devices.Mqtt.Brokers;

/// <summary>The way out to the brokers that the settings name, and to nothing else.</summary>
public interface IBrokerRoute
{
    /// <exception cref="IOException">It can't be reached, or may not be.</exception>
    Task<Stream> ConnectAsync(string host, int port, CancellationToken cancellationToken);
}
