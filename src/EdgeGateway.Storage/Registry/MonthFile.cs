using System.Collections.Concurrent;
using EdgeGateway.Ledger;
using LiteDB;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Storage.Registry;

/// <summary>
/// The evidence sealed in one month: items in blocks, and where each device's are. One writer beside any number of
/// readers. After an exception from a write it must be closed and opened again.
/// </summary>
sealed class MonthFile : IDisposable
{
    public const int Schema = 1;

    static readonly string[] Collections = [MonthTail.Blocks, MonthTail.Postings, MonthTail.Devices];

    readonly ViewFile _file;
    readonly ConcurrentDictionary<string, int> _ordinals;
    readonly MonthTail _tail;

    MonthFile(ViewFile file, ConcurrentDictionary<string, int> ordinals, MonthRange range, long position)
    {
        _file = file;
        _ordinals = ordinals;
        _tail = new MonthTail(ordinals);
        Range = range;
        Position = position;
    }

    public MonthRange Range { get; private set; }

    /// <summary>Every entry of this month below this index is in the file.</summary>
    public long Position { get; private set; }

    public static string PathOf(string directory, string month) => Path.Combine(directory, $"evidence-{month}.db");

    /// <summary>Null for the path of another file.</summary>
    public static string? MonthOf(string path) =>
        Path.GetFileNameWithoutExtension(path) is var name && name.StartsWith("evidence-", StringComparison.Ordinal)
            ? name["evidence-".Length..]
            : null;

    public static MonthFile Open(string directory, string month, Hash log, ILogger logger)
    {
        var file = ViewFile.Open(PathOf(directory, month), Schema, Collections, log, logger);
        try
        {
            var ordinals = file.Read(database => new ConcurrentDictionary<string, int>(
                database.GetCollection(MonthTail.Devices).FindAll()
                    .Select(device => KeyValuePair.Create(device["name"].AsString, device["_id"].AsInt32))));
            var state = file.State();
            return new MonthFile(file, ordinals, MonthRange.Read(month, state), state["position"].AsInt64);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Adds what is not in it yet, and moves the position to <paramref name="end"/>; all or nothing.</summary>
    /// <param name="items">In the order of the ledger.</param>
    /// <returns>What the file holds now.</returns>
    public MonthRange Append(IEnumerable<EvidenceItem> items, long end)
    {
        if (end <= Position) return Range;
        var added = items.Where(item => item.Index >= Position).ToList();
        var range = added.Aggregate(Range, (sum, item) => sum.With(item));
        var documents = added.ConvertAll(EvidenceDocument.Write);
        _file.Write(database =>
        {
            _tail.Append(database, added, documents);
            var state = ViewFile.StateOf(database);
            state["position"] = end;
            range.WriteTo(state);
            ViewFile.SetState(database, state);
        });
        Position = end;
        return Range = range;
    }

    /// <summary>Puts another text of an item that is in the file, e.g. once its private part is erased.</summary>
    /// <returns>False if it is not there.</returns>
    public bool Replace(EvidenceItem item)
    {
        var replaced = false;
        _file.Write(database =>
        {
            _tail.Forget();
            replaced = MonthReader.Floor(database, item.Index) is { } block && block.Replace(item)
                && database.GetCollection(MonthTail.Blocks).Update(block.Document);
        });
        return replaced;
    }

    public EvidenceItem? Find(long index) => _file.Read(database => MonthReader.Floor(database, index)?.Find(index));

    /// <summary>Those of these that the month has.</summary>
    /// <param name="indices">Ascending.</param>
    public IReadOnlyList<EvidenceItem> Find(IReadOnlyList<long> indices) => _file.Read(database => MonthReader.At(database, indices).ToList());

    /// <summary>The first of the month that match, at most <see cref="EvidenceQuery.Limit"/>, in the order of the ledger.</summary>
    public IReadOnlyList<EvidenceItem> Query(EvidenceQuery query)
    {
        if (query.Device is null) return _file.Read(database => MonthReader.InOrder(database, query).Take(query.Limit).ToList());
        return _ordinals.TryGetValue(query.Device, out var ordinal)
            ? _file.Read(database => MonthReader.OfDevice(database, ordinal, query).Take(query.Limit).ToList())
            : [];
    }

    /// <summary>Whether the disk failed a write: close it and open it again.</summary>
    public bool HasFailed => _file.HasFailed;

    public void Dispose() => _file.Dispose();
}
