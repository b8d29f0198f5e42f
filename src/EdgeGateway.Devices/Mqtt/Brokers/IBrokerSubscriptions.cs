namespace EdgeGateway.Devices.Mqtt.Brokers;

/// <summary>
/// What the gateway has subscribed to at each broker, kept over restarts: a persistent session goes on with filters that nobody wants any
/// more unless somebody knows to take them out.
/// </summary>
public interface IBrokerSubscriptions
{
    /// <summary>None where nothing is known.</summary>
    IReadOnlySet<string> Read(string broker);

    /// <summary>On disk when it returns.</summary>
    /// <exception cref="IOException">The disk failed or is full.</exception>
    void Write(string broker, IReadOnlyCollection<string> filters);
}
