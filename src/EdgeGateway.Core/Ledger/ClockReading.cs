namespace EdgeGateway.Ledger;

/// <summary>What the gateway knew of its own clock at one moment: the <c>clock</c> field of an entry.</summary>
/// <param name="Utc">Wall clock.</param>
/// <param name="MonotonicMicroseconds">Since boot; never steps, but means nothing in another boot.</param>
/// <param name="BootId">The kernel's id of this boot.</param>
/// <param name="Source">What disciplines the clock, e.g. <c>system</c> when nothing is known to.</param>
/// <param name="State">How far it may be trusted.</param>
/// <param name="OffsetMicroseconds">From the source's time, or null where unknown.</param>
/// <param name="UncertaintyMicroseconds">Of that offset, or null where unknown.</param>
public sealed record ClockReading(
    DateTimeOffset Utc,
    long MonotonicMicroseconds,
    string BootId,
    string Source,
    ClockState State,
    long? OffsetMicroseconds = null,
    long? UncertaintyMicroseconds = null)
{
    /// <summary>The boot id where the kernel gives none: two such say nothing of each other.</summary>
    public const string UnknownBoot = "unknown";
}

public enum ClockState
{
    Unsynchronised,
    Synchronised,

    /// <summary>Earlier than the newest entry or than the software's build: it cannot be right.</summary>
    BelowFloor,
}

/// <summary>Reads the gateway's clock. Safe for any number of threads.</summary>
public interface IGatewayClock
{
    ClockReading Read();
}
