using EdgeGateway.Ledger;
using LiteDB;

namespace EdgeGateway.Storage.Registry;

/// <summary>An <see cref="ItemState"/> as a LiteDB document; times as in <see cref="EvidenceDocument"/>.</summary>
static class ItemDocument
{
    public static BsonDocument Write(ItemState item)
    {
        var document = new BsonDocument { ["_id"] = item.Index };
        if (item.Review is { } review)
        {
            document["review"] = review.Passed ? "passed" : "failed";
            document["reviewEntry"] = review.Entry;
            document["reviewedAt"] = EvidenceDocument.Microseconds(review.At);
            Add(document, "reviewer", review.By);
            Add(document, "reviewReason", review.Reason);
        }

        if (item.Tag is { } tag)
        {
            Add(document, "case", tag.Case);
            Add(document, "archive", tag.Archive);
            Add(document, "volume", tag.Volume);
            Add(document, "page", tag.Page);
            Add(document, "officer", tag.Officer);
        }

        if (item.TagEntry is { } tagEntry) document["tagEntry"] = tagEntry;
        Add(document, "tagLog", item.TagLog?.ToString());
        Add(document, "medium", item.Medium);
        if (item.Tombstone is { } tombstone) document["tombstone"] = tombstone;
        Add(document, "tombstoneLog", item.TombstoneLog?.ToString());
        return document;
    }

    public static ItemState Read(BsonDocument document) => new()
    {
        Index = document["_id"].AsInt64,
        Review = Text(document["review"]) is { } result
            ? new ItemReview(
                document["reviewEntry"].AsInt64, result == "passed", EvidenceDocument.Time(document["reviewedAt"].AsInt64),
                Text(document["reviewer"]), Text(document["reviewReason"]))
            : null,
        Tag = document["tagEntry"].IsInt64
            ? new ItemTag(
                Text(document["case"]), Text(document["archive"]), Text(document["volume"]), Text(document["page"]), Text(document["officer"]))
            : null,
        TagEntry = document["tagEntry"].IsInt64 ? document["tagEntry"].AsInt64 : null,
        TagLog = Digest(document["tagLog"]),
        Medium = Text(document["medium"]),
        Tombstone = document["tombstone"].IsInt64 ? document["tombstone"].AsInt64 : null,
        TombstoneLog = Digest(document["tombstoneLog"]),
    };

    public static string? Text(BsonValue value) => value.IsString ? value.AsString : null;

    public static Hash? Digest(BsonValue value) => Hash.TryParse(Text(value), out var hash) ? hash : null;

    public static void Add(BsonDocument document, string name, string? value)
    {
        if (value is not null) document[name] = value;
    }
}
