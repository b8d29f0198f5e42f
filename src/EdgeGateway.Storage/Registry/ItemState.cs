using EdgeGateway.Ledger;

namespace EdgeGateway.Storage.Registry;

/// <summary>
/// What people and the gateway have done with one item since it was sealed, as the newest entries have it. An item that
/// nobody touched has none.
/// </summary>
public sealed record ItemState
{
    public required long Index { get; init; }

    /// <summary>The newest review; null while nobody has reviewed it (待审核).</summary>
    public ItemReview? Review { get; init; }

    /// <summary>The newest tag, or what the device itself said; null where neither names a case or an officer.</summary>
    public ItemTag? Tag { get; init; }

    /// <summary>Index of the entry that the tag is from: the item's own where the device gave it.</summary>
    public long? TagEntry { get; init; }

    /// <summary>The log of that entry, by the leaf hash of its entry 0; null where it is the item's own.</summary>
    public Hash? TagLog { get; init; }

    /// <summary>载体编号 of the medium that the object was moved to.</summary>
    public string? Medium { get; init; }

    /// <summary>Index of the <c>tombstone</c> entry; null while it is not erased.</summary>
    public long? Tombstone { get; init; }

    /// <summary>The log of that entry; null where it is the item's own.</summary>
    public Hash? TombstoneLog { get; init; }
}

/// <summary>A review (行政处罚法 art. 41).</summary>
/// <param name="Entry">Index of the <c>review</c> entry, in the item's log or in a later one.</param>
/// <param name="By">Who is named as the reviewer; null once that is erased.</param>
public sealed record ItemReview(long Entry, bool Passed, DateTimeOffset At, string? By, string? Reason);

/// <summary>How an item is filed: 案号, 档号, 卷号, 页次 and the officer (承办人).</summary>
public sealed record ItemTag(string? Case, string? Archive, string? Volume, string? Page, string? Officer)
{
    /// <summary>What LiteDB's index takes of a key; commands take no more.</summary>
    public const int MaximumCharacters = 256;
}

/// <summary>A case whose items are not to be erased (暂停销毁).</summary>
/// <param name="Entry">Index of the <c>custody</c> entry.</param>
/// <param name="Released">It was on hold, and this is the entry that released it.</param>
public sealed record CaseHold(string Case, long Entry, DateTimeOffset At, string? By, string? Reason, bool Released = false);

/// <summary>What was done with an item or by an account: where the entry is, and what it says at a glance.</summary>
/// <param name="Action">A custody entry's action, <c>review</c> or <c>tombstone</c>.</param>
public sealed record HistoryItem(long Index, long? Item, string Action, string Actor, DateTimeOffset At)
{
    /// <summary>The log of the entry, by the leaf hash of its entry 0, where that is a later one; null where it is the one that was asked.</summary>
    public Hash? Log { get; init; }

    /// <summary>The log of the item where that is one before the entry's.</summary>
    public Hash? ItemLog { get; init; }
}
