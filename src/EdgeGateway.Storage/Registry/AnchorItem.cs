using EdgeGateway.Ledger;

namespace EdgeGateway.Storage.Registry;

public enum AnchorType
{
    /// <summary>An RFC 3161 time-stamp token.</summary>
    Timestamp,

    /// <summary>A witness's cosignature (C2SP tlog-cosignature).</summary>
    Cosignature,
}

/// <summary>An <c>anchor</c> entry as lists need it; the entry itself holds the token or signature.</summary>
public sealed record AnchorItem
{
    /// <summary>Position of the anchor in the ledger: every later entry is newer than what it holds.</summary>
    public required long Index { get; init; }

    public required AnchorType Type { get; init; }

    /// <summary>Size of the tree that was stamped or cosigned; null where it speaks of one entry alone.</summary>
    public long? Size { get; init; }

    /// <summary>The entry that alone was stamped.</summary>
    public long? Item { get; init; }

    /// <summary>The authority's or witness's time.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>End of the validity of the certificate that signed; null for a cosignature.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>The hash algorithm of what was stamped; null for a cosignature.</summary>
    public string? Hash { get; init; }

    /// <summary>The authority's configured name, or the witness's key name.</summary>
    public required string By { get; init; }

    /// <summary>Null for an entry of another kind, or one that lacks what is needed.</summary>
    public static AnchorItem? From(EntryView entry)
    {
        if (entry.Kind != EntryKind.Anchor) return null;
        var body = entry.Body;
        AnchorType? type = body.Text("type"u8) switch
        {
            "timestamp" => AnchorType.Timestamp,
            "cosignature" => AnchorType.Cosignature,
            _ => null,
        };
        if (type is not { } known || body.Time("time"u8) is not { } time || body.Text("by"u8) is not { } by) return null;
        return new AnchorItem
        {
            Index = entry.Index,
            Type = known,
            Size = body.Integer("size"u8),
            Item = body.Integer("item"u8),
            Time = time,
            NotAfter = body.Time("notAfter"u8),
            Hash = body.Text("hash"u8),
            By = by,
        };
    }
}
