using LiteDB;

namespace EdgeGateway.Storage.Registry;

/// <summary>
/// Reading a month's file. Every look-up is by primary key and takes a few documents, so no reader holds up a checkpoint.
/// Keys are parameters: LiteDB compiles each new expression text, which made a look-up with a literal 35 times slower.
/// </summary>
static class MonthReader
{
    const int BlocksAtOnce = 8;
    const int PostingsAtOnce = 16;

    /// <summary>The block that holds the index, if any does.</summary>
    public static EvidenceBlock? Floor(LiteDatabase database, long index) =>
        database.GetCollection(MonthTail.Blocks).Query()
            .Where("_id <= @0", index).OrderByDescending("_id").Limit(1).FirstOrDefault() is { } document
            ? EvidenceBlock.FromDocument(document)
            : null;

    public static Posting? FloorPosting(LiteDatabase database, int ordinal, long index) =>
        database.GetCollection(MonthTail.Postings).Query()
            .Where("_id BETWEEN @0 AND @1", Posting.Key(ordinal, 0), Posting.Key(ordinal, index))
            .OrderByDescending("_id").Limit(1).FirstOrDefault() is { } document
            ? Posting.FromDocument(document)
            : null;

    public static IEnumerable<EvidenceItem> At(LiteDatabase database, IReadOnlyList<long> indices)
    {
        EvidenceBlock? block = null;
        foreach (var index in indices)
        {
            if (block is null || index > block.Last) block = Floor(database, index);
            if (block?.Find(index) is { } item) yield return item;
        }
    }

    public static IEnumerable<EvidenceItem> InOrder(LiteDatabase database, EvidenceQuery query)
    {
        foreach (var zone in Runs(database, 0, query))
        {
            var from = Math.Max(zone.First, query.After + 1);
            foreach (var block in BlocksBetween(database, from, zone.Last))
            {
                foreach (var item in block.Items)
                {
                    if (query.Matches(item)) yield return item;
                }
            }
        }
    }

    public static IEnumerable<EvidenceItem> OfDevice(LiteDatabase database, int ordinal, EvidenceQuery query)
    {
        EvidenceBlock? block = null;
        foreach (var run in Runs(database, ordinal, query))
        {
            foreach (var index in run.Indices())
            {
                if (index <= query.After) continue;
                if (block is null || index > block.Last) block = Floor(database, index);
                if (block?.Find(index) is { } item && query.Matches(item)) yield return item;
            }
        }
    }

    static IEnumerable<Posting> Runs(LiteDatabase database, int ordinal, EvidenceQuery query)
    {
        var key = FloorPosting(database, ordinal, Math.Max(0, query.After)) is { } floor
            ? Posting.Key(ordinal, floor.First)
            : Posting.Key(ordinal, 0);
        while (true)
        {
            var documents = database.GetCollection(MonthTail.Postings).Query()
                .Where("_id BETWEEN @0 AND @1", key, Posting.LastKey(ordinal)).Limit(PostingsAtOnce).ToList();
            foreach (var run in documents.Select(Posting.FromDocument))
            {
                if (run.Last > query.After && run.Overlaps(query)) yield return run;
            }

            if (documents.Count < PostingsAtOnce) yield break;
            key = documents[^1]["_id"].AsInt64 + 1;
        }
    }

    static IEnumerable<EvidenceBlock> BlocksBetween(LiteDatabase database, long from, long to)
    {
        var key = Floor(database, from) is { } floor ? floor.Document["_id"].AsInt64 : from;
        while (true)
        {
            var documents = database.GetCollection(MonthTail.Blocks).Query()
                .Where("_id BETWEEN @0 AND @1", key, to).Limit(BlocksAtOnce).ToList();
            foreach (var document in documents) yield return EvidenceBlock.FromDocument(document);
            if (documents.Count < BlocksAtOnce) yield break;
            key = documents[^1]["_id"].AsInt64 + 1;
        }
    }
}
