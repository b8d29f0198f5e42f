using EdgeGateway.Devices.Mqtt.Brokers;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>The settings of MQTT, section <c>Mqtt</c>: those of the built-in broker, and the brokers of others.</summary>
public sealed record MqttOptions
{
    public const string Section = "Mqtt";

    /// <summary>TCP port of the plain listener, on loopback only: 1 to 65535, 0 for a free one, or <c>off</c>. Default 1883.</summary>
    public string PlainPort { get; init; } = "1883";

    /// <summary>TCP port of the TLS listener: 1 to 65535, 0 for a free one, or <c>off</c>. Default 8883.</summary>
    public string TlsPort { get; init; } = "8883";

    /// <summary>Whether there is a TLS listener.</summary>
    public bool ListensWithTls => MqttPort.TryParse(TlsPort, out var port) && port is not null;

    /// <summary>The address that the TLS listener is bound to. Default <c>0.0.0.0</c>: every one of this machine.</summary>
    public string TlsAddress { get; init; } = "0.0.0.0";

    /// <summary>Names and addresses, beside this machine's own name, that devices reach the gateway by: 64 at most. They are in its certificate.</summary>
    public IReadOnlyList<string> TlsNames { get; init; } = [];

    /// <summary>A certificate of the site's own, PEM, with its chain behind it; null for one of the gateway's own authority.</summary>
    public string? TlsCertificate { get; init; }

    /// <summary>The key of <see cref="TlsCertificate"/>, PEM.</summary>
    public string? TlsKey { get; init; }

    /// <summary>The site's own brokers that the gateway joins, by a name of 1 to 64 lower-case letters, digits and hyphens: 16 at most.</summary>
    public IReadOnlyDictionary<string, BrokerOptions> Brokers { get; init; } = new Dictionary<string, BrokerOptions>();

    /// <summary>Open connections, signed in or not: 1 to 65535. Default 4096. One more takes the place of the oldest
    /// that has not signed in, or is closed at once where all have.</summary>
    public int MaximumConnections { get; init; } = 4096;

    /// <summary>
    /// Connections that have not signed in yet: 1 to 65535. Default 2048, so that strangers cannot take the devices' places, and a fleet of 2,000
    /// that comes back at once finds room. One more takes the place of the oldest of them.
    /// </summary>
    public int MaximumStrangers { get; init; } = 2048;

    /// <summary>How long a connection may take to sign in, in seconds: 1 to 60. Default 10.</summary>
    public int ConnectTimeoutSeconds { get; init; } = 10;

    /// <summary>
    /// Publishes of one connection that may wait for their seal: 1 to 65535. Default 1024: at 30,000 messages/s from one
    /// device and 30 ms from arrival to disk, 900 are on their way. MQTT 5 clients are told (Receive Maximum); for all,
    /// reading pauses beyond it.
    /// </summary>
    public int ReceiveMaximum { get; init; } = 1024;

    /// <summary>
    /// How long a publish may wait for room in the sealer's queue, and then for its seal, in seconds: 1 to 60. Default 10, and
    /// never more than half the client's keep-alive. After that the connection is closed without the acknowledgement.
    /// </summary>
    public int SealWaitSeconds { get; init; } = 10;

    /// <summary>How long acknowledgements may still leave when the gateway stops, in seconds: 0 to 30. Default 5.</summary>
    public int StopWaitSeconds { get; init; } = 5;
}
