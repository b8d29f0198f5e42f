using EdgeGateway.Ledger;
using LiteDB;

namespace EdgeGateway.Storage.Registry;

enum Mark
{
    /// <summary>There is evidence or a refusal with this index.</summary>
    Item,

    /// <summary>It is evidence, so somebody has to review it.</summary>
    Evidence,

    Reviewed,

    /// <summary>It has a case.</summary>
    Tagged,

    Erased,
}

/// <summary>
/// One bit an index for each <see cref="Mark"/>, in documents of 4,096 indices each: what is still to be reviewed, or still
/// there, among a million items is found by reading a few hundred documents, however much of it is done.
/// </summary>
static class ItemMarks
{
    public const string Marks = "marks";
    const int Width = 4096;
    const int DocumentsAtOnce = 32;

    static readonly string[] Names = ["item", "evidence", "reviewed", "tagged", "erased"];

    /// <summary>Sets what entries of evidence say; setting a bit again changes nothing.</summary>
    public static void Add(LiteDatabase database, IEnumerable<EvidenceItem> items)
    {
        foreach (var group in items.GroupBy(item => item.Index / Width))
        {
            var document = Load(database, group.Key);
            foreach (var item in group)
            {
                SetBit(document, Mark.Item, item.Index, value: true);
                if (item.Kind == EntryKind.Evidence) SetBit(document, Mark.Evidence, item.Index, value: true);
                var time = EvidenceDocument.Microseconds(item.SealedAt);
                if (!document["from"].IsInt64 || document["from"].AsInt64 > time) document["from"] = time;
            }

            database.GetCollection(Marks).Upsert(document);
        }
    }

    public static void Set(LiteDatabase database, Mark mark, long index, bool value = true)
    {
        var document = Load(database, index / Width);
        SetBit(document, mark, index, value);
        database.GetCollection(Marks).Upsert(document);
    }

    /// <summary>Indices behind <paramref name="after"/> that have all of some marks and none of others, ascending.</summary>
    /// <param name="sealedBy">Leaves out runs of 4,096 indices all of which were sealed later.</param>
    public static List<long> Select(
        LiteDatabase database, Mark[] with, Mark[] without, DateTimeOffset? sealedBy, long after, int maximum)
    {
        var found = new List<long>(Math.Min(maximum, 1024));
        var number = (after + 1) / Width;
        while (true)
        {
            var documents = database.GetCollection(Marks).Query()
                .Where("_id >= @0", number).OrderBy("_id").Limit(DocumentsAtOnce).ToList();
            foreach (var document in documents)
            {
                if (sealedBy is { } by && document["from"].IsInt64 && document["from"].AsInt64 > EvidenceDocument.Microseconds(by)) continue;
                Select(document, with, without, after, maximum, found);
                if (found.Count >= maximum) return found;
            }

            if (documents.Count < DocumentsAtOnce) return found;
            number = documents[^1]["_id"].AsInt64 + 1;
        }
    }

    static void Select(BsonDocument document, Mark[] with, Mark[] without, long after, int maximum, List<long> found)
    {
        var first = document["_id"].AsInt64 * Width;
        var all = Array.ConvertAll(with, mark => Bits(document, mark));
        var none = Array.ConvertAll(without, mark => Bits(document, mark));
        for (var at = 0; at < Width / 8; at++)
        {
            var bits = 0xFF;
            foreach (var map in all) bits &= map[at];
            foreach (var map in none) bits &= ~map[at];
            for (var bit = 0; bits != 0 && bit < 8; bit++)
            {
                if ((bits >> bit & 1) == 0) continue;
                var index = first + at * 8 + bit;
                if (index <= after) continue;
                found.Add(index);
                if (found.Count >= maximum) return;
            }
        }
    }

    static BsonDocument Load(LiteDatabase database, long number) =>
        database.GetCollection(Marks).FindById(number) ?? new BsonDocument { ["_id"] = number };

    static byte[] Bits(BsonDocument document, Mark mark) =>
        document[Names[(int)mark]] is { IsBinary: true } bits ? bits.AsBinary : new byte[Width / 8];

    static void SetBit(BsonDocument document, Mark mark, long index, bool value)
    {
        var bits = Bits(document, mark);
        var (at, bit) = ((int)(index % Width / 8), (int)(index % 8));
        bits[at] = (byte)(value ? bits[at] | 1 << bit : bits[at] & ~(1 << bit));
        if (bits.AsSpan().ContainsAnyExcept((byte)0)) document[Names[(int)mark]] = bits;
        else document.Remove(Names[(int)mark]);
    }
}
