using EdgeGateway.Ledger;

namespace EdgeGateway.Tests.Support;

/// <summary>A clock that says what it is told to.</summary>
sealed class LedgerSteppingClock : IGatewayClock
{
    public DateTimeOffset Utc { get; set; } = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);

    public ClockReading Read() => new(Utc, 1, "00000000-0000-0000-0000-000000000001", "system", ClockState.Synchronised);
}
