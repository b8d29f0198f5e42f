using EdgeGateway.Ledger;
using LiteDB;

namespace EdgeGateway.Storage.Registry;

/// <summary>
/// An <see cref="EvidenceItem"/> as a LiteDB document, by hand because the mapper's reflection would cost more than the
/// rest. Times are microseconds since 1970: LiteDB's own dates end at milliseconds.
/// </summary>
static class EvidenceDocument
{
    public static BsonDocument Write(EvidenceItem item)
    {
        var document = new BsonDocument
        {
            ["index"] = item.Index,
            ["kind"] = EntryKinds.Text(item.Kind),
            ["sealedAt"] = Microseconds(item.SealedAt),
        };
        Add(document, "device", item.Device);
        Add(document, "profile", item.Profile);
        Add(document, "message", item.Message);
        Add(document, "contentType", item.ContentType);
        Add(document, "size", item.Size);
        Add(document, "sha256", item.Sha256);
        Add(document, "object", item.Object);
        Add(document, "capturedAt", item.CapturedAt);
        Add(document, "capturedAtText", item.CapturedAtText);
        Add(document, "receivedAt", item.ReceivedAt);
        Add(document, "wire", item.Wire);
        Add(document, "parse", item.Parse);
        Add(document, "reason", item.Reason);
        Add(document, "possibleRepeatOf", item.PossibleRepeatOf);
        Add(document, "conflictsWith", item.ConflictsWith);
        Add(document, "eventId", item.EventId);
        if (item.Flags.Count > 0) document["flags"] = new BsonArray(item.Flags.Select(flag => new BsonValue(flag)));
        if (item.Erased) document["erased"] = true;
        return document;
    }

    public static EvidenceItem Read(BsonDocument document) => new()
    {
        Index = document["index"].AsInt64,
        Kind = EntryKinds.TryParse(document["kind"].AsString, out var kind) ? kind : throw new FormatException("kind"),
        SealedAt = Time(document["sealedAt"].AsInt64),
        Device = Text(document["device"]),
        Profile = Text(document["profile"]),
        Message = Text(document["message"]),
        ContentType = Text(document["contentType"]),
        Size = Number(document["size"]),
        Sha256 = Digest(document["sha256"]),
        Object = Digest(document["object"]),
        CapturedAt = Number(document["capturedAt"]) is { } captured ? Time(captured) : null,
        CapturedAtText = Text(document["capturedAtText"]),
        ReceivedAt = Number(document["receivedAt"]) is { } received ? Time(received) : null,
        Wire = Text(document["wire"]),
        Parse = Text(document["parse"]),
        Reason = Text(document["reason"]),
        PossibleRepeatOf = Number(document["possibleRepeatOf"]),
        ConflictsWith = Number(document["conflictsWith"]),
        EventId = Text(document["eventId"]),
        Flags = document["flags"].IsArray ? [.. document["flags"].AsArray.Select(flag => flag.AsString)] : [],
        Erased = document["erased"].IsBoolean,
    };

    public static long Microseconds(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset Time(long microseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    static void Add(BsonDocument document, string name, string? value)
    {
        if (value is not null) document[name] = value;
    }

    static void Add(BsonDocument document, string name, long? value)
    {
        if (value is { } number) document[name] = number;
    }

    static void Add(BsonDocument document, string name, Hash? value)
    {
        if (value is { } hash) document[name] = hash.ToArray();
    }

    static void Add(BsonDocument document, string name, DateTimeOffset? value)
    {
        if (value is { } time) document[name] = Microseconds(time);
    }

    static string? Text(BsonValue value) => value.IsString ? value.AsString : null;

    static long? Number(BsonValue value) => value.IsInt64 ? value.AsInt64 : null;

    static Hash? Digest(BsonValue value) => value.IsBinary ? new Hash(value.AsBinary) : null;
}
