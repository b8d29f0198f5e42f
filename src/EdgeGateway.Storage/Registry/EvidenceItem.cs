using EdgeGateway.Ledger;

namespace EdgeGateway.Storage.Registry;

/// <summary>
/// One <c>evidence</c> or <c>quarantine</c> entry as lists show it. What its private part says is absent once that was
/// erased. The ledger is what proves; this is a view of it.
/// </summary>
public sealed record EvidenceItem
{
    /// <summary>Position in the ledger.</summary>
    public required long Index { get; init; }

    /// <summary><see cref="EntryKind.Evidence"/> or <see cref="EntryKind.Quarantine"/>.</summary>
    public required EntryKind Kind { get; init; }

    /// <summary>Null where the sender is not known.</summary>
    public string? Device { get; init; }

    public string? Profile { get; init; }

    /// <summary>The profile's name for the message.</summary>
    public string? Message { get; init; }

    public string? ContentType { get; init; }

    /// <summary>Bytes that arrived.</summary>
    public long? Size { get; init; }

    public Hash? Sha256 { get; init; }

    /// <summary>The object that holds the bytes, where they are too large for the private part.</summary>
    public Hash? Object { get; init; }

    /// <summary>The device's own time, where it could be read; never corrected.</summary>
    public DateTimeOffset? CapturedAt { get; init; }

    /// <summary>The device's own time as it wrote it, where it could not be read.</summary>
    public string? CapturedAtText { get; init; }

    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>The entry's <c>at</c>.</summary>
    public required DateTimeOffset SealedAt { get; init; }

    public string? Wire { get; init; }

    /// <summary><c>none</c>, <c>ok</c> or <c>failed</c>.</summary>
    public string? Parse { get; init; }

    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>Why it is in quarantine.</summary>
    public string? Reason { get; init; }

    public long? PossibleRepeatOf { get; init; }

    public long? ConflictsWith { get; init; }

    public string? EventId { get; init; }

    /// <summary>Whether the private part is gone.</summary>
    public bool Erased { get; init; }

    /// <summary>The time that <see cref="EvidenceQuery"/> filters by: captured, else received, else sealed.</summary>
    public DateTimeOffset Time => CapturedAt ?? ReceivedAt ?? SealedAt;

    /// <summary>Null for an entry of another kind.</summary>
    public static EvidenceItem? From(EntryView entry)
    {
        if (entry.Kind is not (EntryKind.Evidence or EntryKind.Quarantine) || entry.Kind is not { } kind) return null;
        var body = entry.Body;
        var hidden = entry.Private;
        var capturedAt = hidden.Time("capturedAtUtc"u8);
        return new EvidenceItem
        {
            Index = entry.Index,
            Kind = kind,
            Device = entry.SubjectDevice,
            Profile = body.Object("profile"u8)?.Text("id"u8),
            Message = body.Text("message"u8),
            ContentType = body.Text("mediaType"u8),
            Size = body.Integer("size"u8),
            Sha256 = hidden.Object("digest"u8)?.Digest("sha256"u8),
            Object = hidden.Digest("object"u8),
            CapturedAt = capturedAt,
            CapturedAtText = capturedAt is null ? hidden.Text("capturedAt"u8) : null,
            ReceivedAt = body.Time("receivedAt"u8),
            SealedAt = entry.At,
            Wire = body.Text("wire"u8),
            Parse = body.Text("parse"u8),
            Flags = body.Array("flags"u8) is { } flags
                ? [.. flags.EnumerateArray().Where(flag => flag.ValueKind == System.Text.Json.JsonValueKind.String).Select(flag => flag.GetString()!)]
                : [],
            Reason = body.Text("reason"u8),
            PossibleRepeatOf = body.Integer("possibleRepeatOf"u8),
            ConflictsWith = body.Integer("conflictsWith"u8),
            EventId = hidden.Text("eventId"u8),
            Erased = entry.IsErased,
        };
    }
}
