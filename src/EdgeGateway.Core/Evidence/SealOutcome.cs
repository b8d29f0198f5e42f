using EdgeGateway.Ledger;

namespace EdgeGateway.Evidence;

/// <summary>What became of something handed to the sealer.</summary>
/// <param name="Index">The entry's position; for a repeat that of the first one; -1 when nothing was sealed.</param>
/// <param name="SealedAt">The entry's <c>at</c>.</param>
public readonly record struct SealOutcome(SealStatus Status, long Index, Hash LeafHash, DateTimeOffset SealedAt)
{
    public static readonly SealOutcome Unavailable = new(SealStatus.Unavailable, -1, default, default);

    /// <summary>Whether the device may be told that its message is safe.</summary>
    public bool IsDurable => Status is SealStatus.Sealed or SealStatus.Repeated or SealStatus.Counted or SealStatus.Kept;
}

public enum SealStatus
{
    /// <summary>Leaf and private part are on disk, fsynced.</summary>
    Sealed,

    /// <summary>The same identity and digest were sealed before; that entry is on disk.</summary>
    Repeated,

    /// <summary>A refusal beyond the rate that is recorded one by one: counted, and the count goes into a later entry.</summary>
    Counted,

    /// <summary>Part of an upload: its bytes are on disk, fsynced, and the item is sealed once all of it has come.</summary>
    Kept,

    /// <summary>A passing failure (disk full, stopping): not sealed, and not to be acknowledged.</summary>
    Unavailable,
}
