using EdgeGateway.Ledger;

namespace EdgeGateway.Storage.Ledger;

/// <summary>
/// What was sealed lately, by identity and digest, so that a repeat is known. Bounded by count: the oldest go first, a
/// generation at a time. Used by the writer alone.
/// </summary>
sealed class RepeatWindow(int capacity)
{
    public const int Generations = 8;

    readonly Dictionary<UInt128, Remembered> _byKey = [];
    readonly Queue<Generation> _generations = new();
    Generation? _newest;
    long _order;

    public static int GenerationSize(int capacity) => Math.Max(1, capacity / Generations);

    /// <summary>Makes room at once for what is about to be remembered.</summary>
    public void Reserve(int records) => _byKey.EnsureCapacity(Math.Min(records, capacity));

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
        var remembered = new Remembered(identity.Digest, index, microseconds, leafHash, ++_order, carried);
        if (!identity.HasId)
        {
            Put(identity.Key, remembered);
            return;
        }

        // An id is only free again when it has left the window; whoever finds it there has compared digests.
        if (_byKey.TryGetValue(identity.Key, out var first) && first.Digest != identity.Digest && at - first.At <= identity.Window)
        {
            Put(identity.ConflictKey, remembered);
        }
        else
        {
            Put(identity.Key, remembered);
        }
    }

    Remembered? Find(UInt128 key, in RepeatIdentity identity, DateTimeOffset now) =>
        _byKey.TryGetValue(key, out var remembered) && now - remembered.At <= identity.Window ? remembered : null;

    void Put(UInt128 key, in Remembered remembered)
    {
        _byKey[key] = remembered;
        if (_newest is null || _newest.Keys.Count == GenerationSize(capacity))
        {
            _newest = new Generation();
            _generations.Enqueue(_newest);
            if (_generations.Count > Generations) Forget(_generations.Dequeue());
        }

        _newest.Keys.Add(key);
        _newest.LastOrder = remembered.Order;
    }

    /// <summary>A key that was put again since stays until its newest generation goes.</summary>
    void Forget(Generation oldest)
    {
        foreach (var key in oldest.Keys)
        {
            if (_byKey.TryGetValue(key, out var remembered) && remembered.Order <= oldest.LastOrder) _byKey.Remove(key);
        }
    }

    sealed class Generation
    {
        public readonly List<UInt128> Keys = [];
        public long LastOrder;
    }
}

/// <summary>A sealed entry as the window knows it.</summary>
/// <param name="Order">When it was remembered, among the others.</param>
/// <param name="IsCarried">Whether it is in a log before this one.</param>
readonly record struct Remembered(UInt128 Digest, long Index, long AtMicroseconds, Hash LeafHash, long Order = 0, bool IsCarried = false)
{
    public DateTimeOffset At => DateTimeOffset.UnixEpoch.AddTicks(AtMicroseconds * TimeSpan.TicksPerMicrosecond);
}
