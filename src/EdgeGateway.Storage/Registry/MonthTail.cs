using System.Collections.Concurrent;
using LiteDB;

namespace EdgeGateway.Storage.Registry;

/// <summary>
/// The growing end of a month's file, kept in memory so that a batch reads nothing: the last block, and the last run of
/// each device seen lately. Only inside the writer's transaction.
/// </summary>
sealed class MonthTail(ConcurrentDictionary<string, int> ordinals)
{
    public const string Blocks = "blocks";
    public const string Postings = "postings";
    public const string Devices = "devices";

    // About 300 bytes each.
    const int KeptPostings = 20_000;

    readonly Dictionary<int, Posting> _postings = [];
    EvidenceBlock? _block;

    public void Append(LiteDatabase database, List<EvidenceItem> items, List<BsonDocument> documents)
    {
        if (items.Count == 0) return;
        var blocks = new List<EvidenceBlock>();
        var postings = new List<Posting>();
        var touched = new HashSet<Posting>();
        for (var i = 0; i < items.Count; i++)
        {
            var block = BlockFor(database, items[i].Index);
            if (blocks.Count == 0 || blocks[^1] != block) blocks.Add(block);
            block.Add(documents[i]);

            var time = EvidenceDocument.Microseconds(items[i].Time);
            Post(0, items[i].Index, time);
            if (items[i].Device is { } device) Post(OrdinalOf(database, device), items[i].Index, time);
        }

        Save(database.GetCollection(Blocks), blocks, block => block.Stored, block => block.Document);
        blocks.ForEach(block => block.Stored = true);
        Save(database.GetCollection(Postings), postings, posting => posting.Stored, posting => posting.ToDocument());
        postings.ForEach(posting => posting.Stored = true);
        if (_postings.Count > KeptPostings) _postings.Clear();

        void Post(int ordinal, long index, long time)
        {
            var posting = PostingFor(database, ordinal, index);
            if (touched.Add(posting)) postings.Add(posting);
            posting.Add(index, time);
        }
    }

    /// <summary>Reads again at the next append what the file holds.</summary>
    public void Forget()
    {
        _block = null;
        _postings.Clear();
    }

    static void Save<T>(
        ILiteCollection<BsonDocument> collection, List<T> all, Func<T, bool> isStored, Func<T, BsonDocument> toDocument)
    {
        collection.Update(all.Where(isStored).Select(toDocument));
        var added = all.Where(one => !isStored(one)).Select(toDocument).ToList();
        if (added.Count > 0) collection.InsertBulk(added, added.Count);
    }

    EvidenceBlock BlockFor(LiteDatabase database, long index)
    {
        _block ??= MonthReader.Floor(database, index);
        return _block = _block is { IsFull: false } ? _block : EvidenceBlock.Begin(index);
    }

    Posting PostingFor(LiteDatabase database, int ordinal, long index)
    {
        if (!_postings.TryGetValue(ordinal, out var posting)) posting = MonthReader.FloorPosting(database, ordinal, index);
        return _postings[ordinal] = posting is { IsFull: false } ? posting : Posting.Begin(ordinal, index);
    }

    int OrdinalOf(LiteDatabase database, string device)
    {
        if (ordinals.TryGetValue(device, out var ordinal)) return ordinal;
        ordinal = ordinals.Count + 1;
        database.GetCollection(Devices).Insert(new BsonDocument { ["_id"] = ordinal, ["name"] = device });
        ordinals[device] = ordinal;
        return ordinal;
    }
}
