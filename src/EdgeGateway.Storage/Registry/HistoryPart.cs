using EdgeGateway.Ledger;
using LiteDB;

namespace EdgeGateway.Storage.Registry;

/// <summary>Which entries speak of an item: its reviews, who viewed, exported, tagged or moved it, its erasure.</summary>
sealed class HistoryPart : IRegistryPart
{
    const string Histories = "histories";

    public bool Takes(EntryKind kind) => kind is EntryKind.Review or EntryKind.Custody or EntryKind.Tombstone;

    public void Take(LiteDatabase database, EntryView entry)
    {
        if (entry.Body.Object("item"u8) is not { } named || named.Integer("index"u8) is not { } item) return;

        // An item of a closed log has the same numbers as one of this.
        if (named.Digest("log"u8) is { } log && log != entry.Log) return;
        var histories = database.GetCollection(Histories);
        histories.EnsureIndex("item");
        histories.Upsert(new BsonDocument { ["_id"] = entry.Index, ["item"] = item });
    }

    /// <summary>Their indices, in the order of the ledger.</summary>
    public static IReadOnlyList<long> Of(LiteDatabase database, long item) =>
        [.. database.GetCollection(Histories).Query().Where("item = @0", item).ToList().Select(document => document["_id"].AsInt64).Order()];
}
