using EdgeGateway.Ledger;
using LiteDB;

namespace EdgeGateway.Storage.Registry;

/// <summary>
/// Which entries speak of an item: its reviews, who viewed, exported, tagged or moved it, its erasure; and which of them an
/// account made.
/// </summary>
sealed class HistoryPart : IRegistryPart
{
    const string Histories = "histories";

    public bool Takes(EntryKind kind) => kind is EntryKind.Review or EntryKind.Custody or EntryKind.Tombstone;

    public void Take(LiteDatabase database, EntryView entry)
    {
        // An item of a closed log has the same numbers as one of this.
        if (entry.Body.Object("item"u8)?.Digest("log"u8) is { } log && log != entry.Log) return;
        var histories = database.GetCollection(Histories);
        histories.EnsureIndex("item");
        histories.EnsureIndex("actor");
        var document = new BsonDocument
        {
            ["_id"] = entry.Index,
            ["action"] = entry.Body.Text("action"u8) ?? entry.KindName,
            ["actor"] = entry.Actor,
            ["at"] = EvidenceDocument.Microseconds(entry.At),
        };
        if (ItemPart.ItemOf(entry) is { } item) document["item"] = item;
        histories.Upsert(document);
    }

    /// <summary>Those of an item, in the order of the ledger.</summary>
    public static IReadOnlyList<HistoryItem> Of(LiteDatabase database, long item) =>
        [.. database.GetCollection(Histories).Query().Where("item = @0", item).ToList().Select(Read).OrderBy(history => history.Index)];

    /// <summary>Those of an account behind an index, in the order of the ledger.</summary>
    public static IReadOnlyList<HistoryItem> By(LiteDatabase database, string actor, long after, int maximum) =>
        [.. database.GetCollection(Histories).Query()
            .Where("actor = @0 AND _id > @1", actor, after).OrderBy("_id").Limit(maximum).ToList().Select(Read)];

    static HistoryItem Read(BsonDocument document) => new(
        document["_id"].AsInt64, document["item"].IsInt64 ? document["item"].AsInt64 : null, document["action"].AsString,
        document["actor"].AsString, EvidenceDocument.Time(document["at"].AsInt64));
}
