using EdgeGateway.Ledger;

namespace EdgeGateway.Clocks;

/// <summary>What the last question to the sources found.</summary>
/// <param name="Utc">The wall clock when it was asked.</param>
/// <param name="MonotonicMicroseconds">The monotonic clock then.</param>
/// <param name="WhyNot">Why it is not synchronised, in a sentence; null where it is.</param>
sealed record ClockQuality(
    string Source, ClockState State, long? OffsetMicroseconds, long? UncertaintyMicroseconds, DateTimeOffset Utc, long MonotonicMicroseconds, string? WhyNot);
