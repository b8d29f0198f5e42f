using EdgeGateway.Ledger;
using LiteDB;

namespace EdgeGateway.Storage.Registry;

/// <summary>
/// Where the anchors are (docs/ledger-format.md, "anchor"): which tree, or which single entry, each time-stamp or
/// cosignature speaks of.
/// </summary>
sealed class AnchorPart : IRegistryPart
{
    const string Anchors = "anchors";

    public bool Takes(EntryKind kind) => kind == EntryKind.Anchor;

    public void Take(LiteDatabase database, EntryView entry)
    {
        if (AnchorItem.From(entry) is not { } anchor) return;
        var anchors = database.GetCollection(Anchors);
        anchors.EnsureIndex("size");
        anchors.EnsureIndex("item");
        anchors.Upsert(AnchorDocument.Write(anchor));
    }

    /// <summary>The newest of the type that stands in the ledger before an entry: what the entry is provably newer than.</summary>
    public static AnchorItem? LastBefore(LiteDatabase database, AnchorType type, long index) =>
        First(database.GetCollection(Anchors).Query()
            .Where("_id < @0 AND type = @1", index, AnchorDocument.Text(type)).OrderByDescending("_id"));

    /// <summary>Those of the type over a tree that holds the entry, the smallest tree first.</summary>
    public static IReadOnlyList<AnchorItem> Covering(LiteDatabase database, AnchorType type, long index, int maximum) =>
        database.GetCollection(Anchors).Query()
            .Where("size > @0 AND type = @1", index, AnchorDocument.Text(type)).OrderBy("size").Limit(maximum)
            .ToList().ConvertAll(AnchorDocument.Read);

    /// <summary>Those that speak of this entry alone.</summary>
    public static IReadOnlyList<AnchorItem> OfItem(LiteDatabase database, long index) =>
        database.GetCollection(Anchors).Query().Where("item = @0", index).ToList().ConvertAll(AnchorDocument.Read);

    static AnchorItem? First(ILiteQueryable<BsonDocument> query) =>
        query.Limit(1).FirstOrDefault() is { } document ? AnchorDocument.Read(document) : null;
}
