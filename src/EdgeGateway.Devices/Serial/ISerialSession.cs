namespace EdgeGateway.Devices.Serial;

/// <summary>One open port from its opening until it fails or the line is closed.</summary>
interface ISerialSession
{
    /// <summary>Whether the other end was heard at all.</summary>
    bool Heard { get; }

    /// <summary>Whether it ended because bytes came and no frame was in them.</summary>
    bool IsAtWrongRate { get; }

    /// <summary>After which silence it ended; null where it ended for another reason.</summary>
    TimeSpan? Silence { get; }

    /// <summary>Runs once.</summary>
    Task RunAsync(CancellationToken stopping);
}

/// <summary>What is done with one line, each time its port is open.</summary>
/// <param name="Open">The session of a port just opened; how long bytes may come without a whole frame before the rate counts as wrong, or null where it is known.</param>
sealed record SerialTraffic(string Line, SerialMetrics.Line Metrics, Func<ISerialPort, TimeSpan?, ISerialSession> Open);
