using EdgeGateway.Ledger;
using LiteDB;

namespace EdgeGateway.Storage.Registry;

/// <summary>
/// Which entries speak of an item: its reviews, who viewed, exported, tagged or moved it, its erasure; and which of them an
/// account made.
/// </summary>
sealed class HistoryPart : IRegistryPart
{
    public const string Histories = "histories";

    public bool Takes(EntryKind kind) => kind is EntryKind.Review or EntryKind.Custody or EntryKind.Tombstone;

    public void Take(LiteDatabase database, EntryView entry)
    {
        var histories = database.GetCollection(Histories);
        histories.EnsureIndex("item");
        histories.EnsureIndex("actor");
        var document = Write(entry, ItemPart.ItemOf(entry));
        if (ClosedItemPart.ItemOf(entry) is { } closed)
        {
            // Not under "item": an item of a closed log has the same number as one of this.
            document["closedItem"] = closed.Index;
            document["itemLog"] = closed.Log.ToString();
        }

        histories.Upsert(document);
    }

    public static BsonDocument Write(EntryView entry, long? item)
    {
        var document = new BsonDocument
        {
            ["_id"] = entry.Index,
            ["action"] = entry.Body.Text("action"u8) ?? entry.KindName,
            ["actor"] = entry.Actor,
            ["at"] = EvidenceDocument.Microseconds(entry.At),
        };
        if (item is { } index) document["item"] = index;
        return document;
    }

    /// <summary>Those of an item that this log holds, in the order of the ledger.</summary>
    public static IReadOnlyList<HistoryItem> Of(LiteDatabase database, long item) =>
        [.. database.GetCollection(Histories).Query().Where("item = @0", item).ToList().Select(document => Read(document, document["_id"].AsInt64)).OrderBy(history => history.Index)];

    /// <summary>Those of an account behind an index, in the order of the ledger.</summary>
    public static IReadOnlyList<HistoryItem> By(LiteDatabase database, string actor, long after, int maximum) =>
        [.. database.GetCollection(Histories).Query()
            .Where("actor = @0 AND _id > @1", actor, after).OrderBy("_id").Limit(maximum).ToList().Select(document => Read(document, document["_id"].AsInt64))];

    public static HistoryItem Read(BsonDocument document, long entry) => new(
        entry, document["item"].IsInt64 ? document["item"].AsInt64 : document["closedItem"].IsInt64 ? document["closedItem"].AsInt64 : null,
        document["action"].AsString, document["actor"].AsString, EvidenceDocument.Time(document["at"].AsInt64))
    {
        Log = ItemDocument.Digest(document["log"]),
        ItemLog = ItemDocument.Digest(document["itemLog"]),
    };
}
