namespace EdgeGateway.Simulators.Mqtt;

/// <summary>How one device signs in and how much it keeps in flight.</summary>
sealed record MqttSessionOptions
{
    public required string Host { get; init; }

    public required int Port { get; init; }

    public required MqttVersion Version { get; init; }

    /// <summary>Also the user name, where there is a secret.</summary>
    public required string ClientId { get; init; }

    /// <summary>Null signs in without user name and password.</summary>
    public string? Secret { get; init; }

    /// <summary>Whether a refused sign-in is what is wanted; otherwise it counts as a violation.</summary>
    public bool ExpectsRefusal { get; init; }

    /// <summary>Unacknowledged messages at most, unless the server's Receive Maximum is lower.</summary>
    public int Window { get; init; } = 10;

    /// <summary>Keep Alive in whole seconds.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long to wait for the connection and its CONNACK.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The wait after a first lost connection; doubles up to <see cref="ReconnectMaximum"/>.</summary>
    public TimeSpan ReconnectFirst { get; init; } = TimeSpan.FromMilliseconds(200);

    public TimeSpan ReconnectMaximum { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>MQTT 5: Session Expiry Interval; a 3.1.1 session has no end.</summary>
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The largest packet to take from the server, announced in MQTT 5.</summary>
    public int MaximumPacketBytes { get; init; } = 1024 * 1024;

    /// <summary>What to subscribe to with QoS 1 on each new session; null for nothing.</summary>
    public string? Subscription { get; init; }
}
