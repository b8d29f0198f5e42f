using EdgeGateway.Ledger;
using LiteDB;

namespace EdgeGateway.Storage.Registry;

/// <summary>
/// Which entries of this log speak of items of the logs before it: numbered per log from 1 in the order in which they took effect, so that the
/// views of a closed log can take them from where they are (<see cref="LedgerViews.ApplyLater"/>).
/// </summary>
sealed class ClosedItemPart : IRegistryPart
{
    public bool Takes(EntryKind kind) => kind is EntryKind.Review or EntryKind.Custody or EntryKind.Tombstone;

    /// <summary>The item of another log that an entry speaks of; null where it speaks of none.</summary>
    public static (Hash Log, long Index)? ItemOf(EntryView entry) =>
        entry.Body.Object("item"u8) is { } item && item.Integer("index"u8) is { } index && item.Digest("log"u8) is { } log && log != entry.Log ? (log, index) : null;

    public void Take(LiteDatabase database, EntryView entry)
    {
        if (ItemOf(entry) is not { } item) return;
        var about = About(database, item.Log);
        var last = about.Query().OrderByDescending("_id").Limit(1).FirstOrDefault();
        about.Insert(new BsonDocument { ["_id"] = last is null ? 1L : last["_id"].AsInt64 + 1, ["entry"] = entry.Index });
    }

    public static IReadOnlyList<(long Number, long Entry)> Behind(LiteDatabase database, Hash log, long number, int maximum) =>
        [.. About(database, log).Query().Where("_id > @0", number).OrderBy("_id").Limit(maximum)
            .ToList().Select(document => (document["_id"].AsInt64, document["entry"].AsInt64))];

    static ILiteCollection<BsonDocument> About(LiteDatabase database, Hash log) => database.GetCollection($"about_{log.ToString()[..32]}");
}
