using EdgeGateway.Ledger;
using LiteDB;

namespace EdgeGateway.Storage.Registry;

/// <summary>How far the entries of later logs are taken, and those that speak of this log's items.</summary>
static class LaterPart
{
    public const string Taken = "later";
    public const string Histories = "laterHistories";

    public static long TakenFrom(LiteDatabase database, Hash log) =>
        database.GetCollection(Taken).FindById(log.ToString()) is { } document ? document["number"].AsInt64 : 0;

    public static void SetTaken(LiteDatabase database, Hash log, long number) =>
        database.GetCollection(Taken).Upsert(new BsonDocument { ["_id"] = log.ToString(), ["number"] = number });

    public static void Take(LiteDatabase database, EntryView entry, Hash log, long item)
    {
        ItemPart.TakeLater(database, entry, log, item);
        var histories = database.GetCollection(Histories, BsonAutoId.Int64);
        histories.EnsureIndex("item");
        var document = HistoryPart.Write(entry, item);
        document["entry"] = document["_id"];
        document.Remove("_id");
        document["log"] = log.ToString();
        histories.Insert(document);
    }

    /// <summary>Those of an item, the oldest first.</summary>
    public static IEnumerable<HistoryItem> Of(LiteDatabase database, long item) =>
        database.GetCollection(Histories).Query().Where("item = @0", item).ToList().OrderBy(document => document["_id"].AsInt64)
            .Select(document => HistoryPart.Read(document, document["entry"].AsInt64));
}
