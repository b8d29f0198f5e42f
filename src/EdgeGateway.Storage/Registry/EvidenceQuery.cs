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

    internal bool Matches(EvidenceItem item) =>
        item.Index > After
        && (Device is null || item.Device == Device)
        && (Kind is null || item.Kind == Kind)
        && (From is null || item.Time >= From)
        && (To is null || item.Time < To);
}
