using EdgeGateway.Ledger;
using Microsoft.Extensions.Time.Testing;

namespace EdgeGateway.Tests.Support;

/// <summary>A clock that stands still until told; each reading is one microsecond after the one before.</summary>
sealed class TestClock : IGatewayClock
{
    long _readings;

    /// <summary>What every reading says of how far it may be trusted.</summary>
    public ClockState State { get; set; } = ClockState.Unsynchronised;

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 22, 5, 0, 0, TimeSpan.Zero));

    public ClockReading Read() => new(
        Time.GetUtcNow().AddMicroseconds(Interlocked.Increment(ref _readings)), _readings, "00000000-0000-0000-0000-000000000001",
        "system", State);
}
