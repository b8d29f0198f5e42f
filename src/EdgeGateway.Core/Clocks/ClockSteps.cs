using EdgeGateway.Ledger;

namespace EdgeGateway.Clocks;

/// <summary>What two readings of the gateway's clock say of each other.</summary>
public static class ClockSteps
{
    /// <summary>
    /// How far the wall clock moved against the monotonic one, in microseconds: positive where it was set forward. Null
    /// where the machine was started anew in between, because the monotonic clock began anew with it.
    /// </summary>
    public static long? Between(string bootId, DateTimeOffset utc, long monotonicMicroseconds, ClockReading later) =>
        bootId == later.BootId && bootId != ClockReading.UnknownBoot
            ? Microseconds(later.Utc - utc) - (later.MonotonicMicroseconds - monotonicMicroseconds)
            : null;

    public static long? Between(ClockReading earlier, ClockReading later) =>
        Between(earlier.BootId, earlier.Utc, earlier.MonotonicMicroseconds, later);

    public static long Microseconds(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;
}
