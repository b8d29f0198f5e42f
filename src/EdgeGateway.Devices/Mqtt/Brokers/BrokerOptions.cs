namespace EdgeGateway.Devices.Mqtt.Brokers;

/// <summary>A broker of the site's own that the gateway joins as a client, section <c>Mqtt:Brokers:NAME</c>. It must speak MQTT 5.</summary>
public sealed record BrokerOptions
{
    /// <summary>Name or address.</summary>
    public string Host { get; init; } = "";

    /// <summary>TCP port, 1 to 65535. Default 8883.</summary>
    public int Port { get; init; } = 8883;

    /// <summary>Whether the connection is encrypted and the broker's certificate checked. Default true.</summary>
    public bool Tls { get; init; } = true;

    /// <summary>PEM file of the authorities that the broker's certificate may come from; null for those of the system.</summary>
    public string? Authorities { get; init; }

    /// <summary>PEM file of the gateway's own certificate there, its chain behind it; null where it has none.</summary>
    public string? Certificate { get; init; }

    /// <summary>PEM file of its key.</summary>
    public string? Key { get; init; }

    public string? UserName { get; init; }

    /// <summary>File whose first line is the password: a password itself has no place in settings.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>
    /// The session's name at the broker, 1 to 64 characters. Default <c>edgegw-</c> and this machine's host name: two gateways at one broker
    /// must differ, and one that changes it loses what the broker holds for it.
    /// </summary>
    public string ClientId { get; init; } = $"edgegw-{Environment.MachineName}";

    /// <summary>How long the broker keeps what comes while the gateway is away, in hours: 1 to 1000. Default 168.</summary>
    public int SessionHours { get; init; } = 168;

    /// <summary>In seconds: 5 to 600. Default 30.</summary>
    public int KeepAliveSeconds { get; init; } = 30;

    /// <summary>The longest pause between two attempts to connect, in seconds: 1 to 3600. Default 30; the first is 1, each next twice as long.</summary>
    public int RetrySeconds { get; init; } = 30;

    /// <summary>Messages that may wait for their seal: 1 to 65535, announced as Receive Maximum. Default 256.</summary>
    public int ReceiveMaximum { get; init; } = 256;
}
