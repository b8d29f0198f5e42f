using LiteDB;

namespace EdgeGateway.Storage.Registry;

/// <summary>
/// Up to 32 items in one document, named by its first index. One document an item took two and a half times the
/// processor's time: LiteDB's price is by the document and index node. More items than this made little difference to
/// writing, and reading one of them reads them all.
/// </summary>
sealed class EvidenceBlock
{
    public const int Capacity = 32;

    readonly BsonArray _items;

    EvidenceBlock(BsonDocument document)
    {
        Document = document;
        _items = document["items"].AsArray;
    }

    public BsonDocument Document { get; }

    public bool IsFull => _items.Count >= Capacity;

    public bool Stored { get; set; }

    public long Last => _items[^1].AsDocument["index"].AsInt64;

    public IEnumerable<EvidenceItem> Items => _items.Select(item => EvidenceDocument.Read(item.AsDocument));

    public static EvidenceBlock Begin(long first) => new(new BsonDocument { ["_id"] = first, ["items"] = new BsonArray() });

    public static EvidenceBlock FromDocument(BsonDocument document) => new(document) { Stored = true };

    public void Add(BsonDocument item) => _items.Add(item);

    public EvidenceItem? Find(long index) =>
        _items.FirstOrDefault(item => item["index"].AsInt64 == index) is { } found ? EvidenceDocument.Read(found.AsDocument) : null;

    /// <returns>False if the item is not in it.</returns>
    public bool Replace(EvidenceItem item)
    {
        for (var i = 0; i < _items.Count; i++)
        {
            if (_items[i]["index"].AsInt64 != item.Index) continue;
            _items[i] = EvidenceDocument.Write(item);
            return true;
        }

        return false;
    }
}
