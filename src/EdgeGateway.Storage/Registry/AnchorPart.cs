using EdgeGateway.Ledger;
using LiteDB;

namespace EdgeGateway.Storage.Registry;

/// <summary>
/// Where the anchors are (docs/ledger-format.md, "anchor"): which tree, or which single entry, each time-stamp or
/// cosignature speaks of.
/// </summary>
sealed class AnchorPart : IRegistryPart
{
    public const string Anchors = "anchors";
    public const string SeriesOfOneCertificate = "anchorSeries";
    public const string NewestAnchors = "anchorNewest";

    public const string OverTree = "tree";
    public const string OverItem = "item";
    public const string Cosigned = "cosigned";

    public bool Takes(EntryKind kind) => kind == EntryKind.Anchor;

    public void Take(LiteDatabase database, EntryView entry)
    {
        if (AnchorItem.From(entry) is not { } anchor) return;
        var anchors = database.GetCollection(Anchors);
        anchors.EnsureIndex("size");
        anchors.EnsureIndex("item");
        anchors.Upsert(AnchorDocument.Write(anchor));
        var what = anchor.Type == AnchorType.Cosignature ? Cosigned : anchor.Size is null ? OverItem : OverTree;
        database.GetCollection(NewestAnchors).Upsert(new BsonDocument { ["_id"] = what, ["anchor"] = AnchorDocument.Write(anchor) });
        if (what == OverTree) TakeIntoSeries(database, anchor);
    }

    /// <summary>The first and the last time-stamp over a tree of each authority and certificate; there are few such pairs.</summary>
    public static IReadOnlyList<(AnchorItem First, AnchorItem Last)> Series(LiteDatabase database) =>
        database.GetCollection(SeriesOfOneCertificate).FindAll().ToList()
            .ConvertAll(document => (AnchorDocument.Read(document["first"].AsDocument), AnchorDocument.Read(document["last"].AsDocument)));

    /// <summary>The first time-stamp of the same authority and certificate over a tree that holds an entry.</summary>
    public static AnchorItem? FirstOfSeriesHolding(LiteDatabase database, AnchorItem like, long index) =>
        First(database.GetCollection(Anchors).Query()
            .Where("_id > @0 AND size > @0 AND by = @1 AND notAfter = @2 AND hash = @3", index, like.By, AnchorDocument.Write(like)["notAfter"], like.Hash).OrderBy("_id"));

    /// <summary>The newest of a time-stamp over a tree, one over a single entry, or a cosignature.</summary>
    public static AnchorItem? Newest(LiteDatabase database, string what) =>
        database.GetCollection(NewestAnchors).FindById(what) is { } document ? AnchorDocument.Read(document["anchor"].AsDocument) : null;

    /// <summary>The newest of the type that stands in the ledger before an entry: what the entry is provably newer than.</summary>
    public static AnchorItem? LastBefore(LiteDatabase database, AnchorType type, long index) =>
        First(database.GetCollection(Anchors).Query()
            .Where("_id < @0 AND type = @1", index, AnchorDocument.Text(type)).OrderByDescending("_id"));

    public static AnchorItem? FirstFrom(LiteDatabase database, AnchorType type, long index) =>
        First(database.GetCollection(Anchors).Query()
            .Where("_id >= @0 AND type = @1", index, AnchorDocument.Text(type)).OrderBy("_id"));

    /// <summary>Those of the type over a tree that holds the entry, the smallest tree first.</summary>
    public static IReadOnlyList<AnchorItem> Covering(LiteDatabase database, AnchorType type, long index, int maximum) =>
        database.GetCollection(Anchors).Query()
            .Where("size > @0 AND type = @1", index, AnchorDocument.Text(type)).OrderBy("size").Limit(maximum)
            .ToList().ConvertAll(AnchorDocument.Read);

    /// <summary>Those that speak of this entry alone.</summary>
    public static IReadOnlyList<AnchorItem> OfItem(LiteDatabase database, long index) =>
        database.GetCollection(Anchors).Query().Where("item = @0", index).ToList().ConvertAll(AnchorDocument.Read);

    static void TakeIntoSeries(LiteDatabase database, AnchorItem anchor)
    {
        var all = database.GetCollection(SeriesOfOneCertificate);
        var document = AnchorDocument.Write(anchor);
        var id = $"{document["notAfter"]} {anchor.Hash} {anchor.By}";
        var series = all.FindById(id) ?? new BsonDocument { ["_id"] = id, ["first"] = document };
        series["last"] = document;
        all.Upsert(series);
    }

    static AnchorItem? First(ILiteQueryable<BsonDocument> query) =>
        query.Limit(1).FirstOrDefault() is { } document ? AnchorDocument.Read(document) : null;
}
