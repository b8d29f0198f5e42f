namespace EdgeGateway.Simulators.Runs;

/// <summary>Something that sends by plan: a device on MQTT, or all devices on one serial line.</summary>
interface IDeviceRun : IDisposable
{
    string Name { get; }

    /// <summary>Sent and not yet answered.</summary>
    int InFlight { get; }

    /// <summary>Connections or lines opened.</summary>
    int Connects { get; }

    /// <summary>Sign-ins that were refused as they should be.</summary>
    int ExpectedRefusals => 0;

    /// <summary>Things the other side did that its protocol does not allow.</summary>
    int Violations { get; }

    /// <summary>The first of them; null while there is none.</summary>
    string? FirstViolation => null;

    /// <summary>Why nothing gets through at the moment; null if nothing is wrong.</summary>
    string? Problem { get; }

    /// <summary>
    /// Returns when the plan has ended or <paramref name="stop"/> was asked for, and what was then in flight is answered
    /// or has had its time.
    /// </summary>
    Task RunAsync(Pace pace, CancellationToken stop);
}
