using LiteDB;

namespace EdgeGateway.Storage.Registry;

/// <summary>
/// Where a run of entries is: of one device (ordinal from 1), or of all (ordinal 0, then without the single indices).
/// Its key sorts by ordinal, then by first index, so that a device's entries are read in the order of the ledger and any
/// page begins with one look-up. Runs are filled one after the other to the same length whatever the batches were, so a
/// view made again equals one made entry by entry.
/// </summary>
sealed class Posting
{
    /// <summary>Of one device: small, because each batch writes the last run of each of its devices again.</summary>
    public const int DeviceCapacity = 64;

    /// <summary>Of all: whole blocks.</summary>
    public const int ZoneCapacity = 32 * EvidenceBlock.Capacity;

    const int IndexBits = 40;

    readonly List<byte> _steps = [];

    Posting(int ordinal, long first)
    {
        Ordinal = ordinal;
        First = first;
        Last = first;
    }

    public int Ordinal { get; }

    public long First { get; }

    public long Last { get; private set; }

    public int Count { get; private set; }

    /// <summary>Earliest and latest time of its entries, microseconds since 1970.</summary>
    public long From { get; private set; } = long.MaxValue;

    public long To { get; private set; } = long.MinValue;

    public bool IsFull => Count >= (Ordinal == 0 ? ZoneCapacity : DeviceCapacity);

    /// <summary>Whether the file holds it already, in whatever state.</summary>
    public bool Stored { get; set; }

    public static Posting Begin(int ordinal, long first) => new(ordinal, first);

    public static long Key(int ordinal, long index) => ((long)ordinal << IndexBits) | index;

    public static long LastKey(int ordinal) => Key(ordinal, (1L << IndexBits) - 1);

    public void Add(long index, long microseconds)
    {
        if (Ordinal > 0)
        {
            // LEB128 of the distance from the one before.
            var step = (ulong)(index - Last);
            for (; step >= 0x80; step >>= 7) _steps.Add((byte)(step & 0x7F | 0x80));
            _steps.Add((byte)step);
        }

        Last = index;
        Count++;
        From = Math.Min(From, microseconds);
        To = Math.Max(To, microseconds);
    }

    /// <summary>The entries of a device's run, ascending.</summary>
    public IEnumerable<long> Indices()
    {
        var index = First;
        ulong step = 0;
        var shift = 0;
        foreach (var part in _steps)
        {
            step |= (ulong)(part & 0x7F) << shift;
            shift += 7;
            if (part >= 0x80) continue;
            index += (long)step;
            yield return index;
            step = 0;
            shift = 0;
        }
    }

    public bool Overlaps(EvidenceQuery query) =>
        (query.From is not { } from || To >= EvidenceDocument.Microseconds(from))
        && (query.To is not { } to || From <= EvidenceDocument.Microseconds(to));

    public BsonDocument ToDocument()
    {
        var document = new BsonDocument
        {
            ["_id"] = Key(Ordinal, First),
            ["last"] = Last,
            ["count"] = Count,
            ["from"] = From,
            ["to"] = To,
        };
        if (Ordinal > 0) document["steps"] = _steps.ToArray();
        return document;
    }

    public static Posting FromDocument(BsonDocument document)
    {
        var key = document["_id"].AsInt64;
        var posting = new Posting((int)(key >> IndexBits), key & ((1L << IndexBits) - 1))
        {
            Last = document["last"].AsInt64,
            Count = document["count"].AsInt32,
            From = document["from"].AsInt64,
            To = document["to"].AsInt64,
            Stored = true,
        };
        if (posting.Ordinal > 0) posting._steps.AddRange(document["steps"].AsBinary);
        return posting;
    }
}
