using EdgeGateway.Ledger;

namespace EdgeGateway.Clocks;

/// <summary>
/// The machine's clock. Nothing is known of what disciplines it, so every reading says <c>unsynchronised</c>; the boot id
/// and the monotonic time let a reader see steps all the same.
/// </summary>
sealed class SystemClock(TimeProvider time) : IGatewayClock
{
    const string BootIdPath = "/proc/sys/kernel/random/boot_id";

    readonly string _bootId = File.Exists(BootIdPath) ? File.ReadAllText(BootIdPath).Trim() : "unknown";

    public ClockReading Read()
    {
        // On Linux the timestamp is CLOCK_MONOTONIC, which counts from boot.
        var microseconds = (long)(time.GetTimestamp() * (1e6 / time.TimestampFrequency));
        return new ClockReading(time.GetUtcNow(), microseconds, _bootId, "system", ClockState.Unsynchronised);
    }
}
