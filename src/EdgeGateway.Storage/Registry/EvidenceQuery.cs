using EdgeGateway.Ledger;

namespace EdgeGateway.Storage.Registry;

/// <summary>Which evidence to list; what is null does not narrow. Answers come in the order of the ledger.</summary>
public sealed record EvidenceQuery
{
    public string? Device { get; init; }

    public EntryKind? Kind { get; init; }

    /// <summary>Inclusive, of <see cref="EvidenceItem.Time"/>: when it was captured, or else received.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Exclusive, of <see cref="EvidenceItem.Time"/>.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Only entries behind this index: the last one of the page before.</summary>
    public long After { get; init; } = -1;

    /// <summary>At most this many, 1 to 10,000.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>案号 of the item's tag.</summary>
    public string? Case { get; init; }

    /// <summary>The officer of the item's tag.</summary>
    public string? Officer { get; init; }

    public ReviewFilter? Review { get; init; }

    /// <summary>Received at or before this; with <see cref="ReviewFilter.Pending"/> what is overdue.</summary>
    public DateTimeOffset? ReceivedBy { get; init; }

    /// <summary>Whether it has a case.</summary>
    public bool? Tagged { get; init; }

    /// <summary>Leaves out what a tombstone names.</summary>
    public bool NotErased { get; init; }

    internal bool LooksAtState => Case is not null || Officer is not null || Review is not null || Tagged is not null || NotErased;

    internal bool Matches(ItemState? state) =>
        (Case is null || state?.Tag?.Case == Case)
        && (Officer is null || state?.Tag?.Officer == Officer)
        && (Tagged is null || (state?.Tag?.Case is not null) == Tagged)
        && (!(NotErased || Review == ReviewFilter.Pending) || state?.Tombstone is null)
        && Review switch
        {
            ReviewFilter.Pending => state?.Review is null,
            ReviewFilter.Passed => state?.Review is { Passed: true },
            ReviewFilter.Failed => state?.Review is { Passed: false },
            _ => true,
        };

    internal bool Matches(EvidenceItem item) =>
        item.Index > After
        && (Device is null || item.Device == Device)
        && (Kind is null || item.Kind == Kind)
        && (ReceivedBy is null || (item.ReceivedAt ?? item.SealedAt) <= ReceivedBy)
        && (From is null || item.Time >= From)
        && (To is null || item.Time < To);
}

/// <summary>行政处罚法 art. 41: every record is to be reviewed before it counts.</summary>
public enum ReviewFilter
{
    /// <summary>待审核: evidence that nobody has reviewed, and that is still there.</summary>
    Pending,

    /// <summary>通过.</summary>
    Passed,

    /// <summary>不通过.</summary>
    Failed,
}
