using EdgeGateway.Simulators.Devices;

namespace EdgeGateway.Simulators.Scenarios;

/// <summary>When a fault strikes: at given times of the scenario's clock, by chance at each message, or both.</summary>
/// <param name="Chance">0 to 1.</param>
/// <param name="At">After the scenario's start, ascending; each strikes the device's first message from then on.</param>
/// <param name="Copies">Duplicate storm only.</param>
/// <param name="Pause">Lost connection, reconnect and unplug only.</param>
sealed record FaultRule(FaultKind Kind, double Chance, IReadOnlyList<TimeSpan> At, int Copies, TimeSpan Pause)
{
    /// <summary>Clock step only: forward, or back where negative.</summary>
    public TimeSpan Step { get; init; }
}
