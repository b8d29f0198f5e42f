using EdgeGateway.Ledger;

namespace EdgeGateway.Storage.Ledger;

/// <summary>
/// What was sealed lately, by identity and digest, so that a repeat is known. Bounded by count: the oldest go first, a
/// generation at a time. Used by the writer alone.
/// </summary>
sealed class RepeatWindow(int capacity)
{
    public const int Generations = 8;

    readonly RepeatTable _table = new(Generations, GenerationSize(capacity));

    public static int GenerationSize(int capacity) => Math.Max(1, capacity / Generations);

    /// <summary>The entry that this one repeats to the byte and the id, or null.</summary>
    public Remembered? FindSame(in RepeatIdentity identity, DateTimeOffset now) =>
        !identity.HasId ? null
        : Find(identity.Key, identity, now) is { } first && first.Digest == identity.Digest ? first
        : Find(identity.ConflictKey, identity, now);

    /// <summary>What is to be said of an entry that is sealed nevertheless.</summary>
    public RepeatFacts Facts(in RepeatIdentity identity, DateTimeOffset now) =>
        Find(identity.Key, identity, now) is not { } earlier ? RepeatFacts.None
        : earlier.IsCarried ? new RepeatFacts(-1, -1) { EarlierLeaf = earlier.LeafHash, EarlierConflicts = identity.HasId }
        : identity.HasId ? new RepeatFacts(earlier.Index, -1)
        : new RepeatFacts(-1, earlier.Index);

    /// <summary>Remembers a sealed entry. The first with an id keeps it; another with the same id is kept under both.</summary>
    /// <param name="carried">Whether the entry is in a log before this one, and the index is of that one.</param>
    public void Remember(in RepeatIdentity identity, long index, DateTimeOffset at, in Hash leafHash, bool carried = false)
    {
        var microseconds = (at.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;
        var remembered = new Remembered(identity.Digest, index, microseconds, leafHash, carried);

        // An id is only free again when it has left the window; whoever finds it there has compared digests.
        var taken = identity.HasId && Find(identity.Key, identity, at) is { } first && first.Digest != identity.Digest;
        _table.Put(taken ? identity.ConflictKey : identity.Key, remembered);
    }

    Remembered? Find(UInt128 key, in RepeatIdentity identity, DateTimeOffset now) =>
        _table.Find(key) is { } remembered && now - remembered.At <= identity.Window ? remembered : null;
}
