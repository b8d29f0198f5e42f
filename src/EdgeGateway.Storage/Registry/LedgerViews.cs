using EdgeGateway.Ledger;
using EdgeGateway.Storage.Files;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Storage.Registry;

/// <summary>
/// The LiteDB views of the ledger: devices, evidence and what is known of each. They may be deleted at any time and come back equal, private
/// parts erased meanwhile aside. <see cref="Apply"/>, <see cref="Refresh"/> and <see cref="Rebuild"/> are for one thread
/// at a time (a second one waits); everything else is for any number of threads beside it. Queries answer as of
/// <see cref="Position"/>.
/// </summary>
public sealed partial class LedgerViews : IDisposable
{
    readonly string _directory;
    readonly ILogger _logger;
    readonly Lock _writing = new();
    readonly OpenViews _open;

    // Damaged once and made again is the disk's doing; twice is a fault here or a dying disk, and not to be gone on with.
    readonly HashSet<string> _repaired = [];

    LedgerViews(string directory, OpenViews open, ILogger logger)
    {
        _directory = directory;
        _open = open;
        _logger = logger;
    }

    /// <summary>Every entry below this index is in the views. It falls back when a damaged file is made again.</summary>
    public long Position => _open.Coverage.Position;

    /// <summary>
    /// Opens the views of this ledger; views of another one or of another version are removed, damaged ones moved aside
    /// as <c>*.corrupt-N</c>, and the position tells what to apply again.
    /// </summary>
    /// <param name="ledger">Holds its genesis at least.</param>
    public static LedgerViews Open(string directory, ILedgerReader ledger, ILogger logger)
    {
        DurableDirectory.Create(directory);
        Hash log;
        using (var genesis = EntryView.Parse(ledger.Read(0, 1)[0])) log = genesis.LeafHash;
        var views = new LedgerViews(directory, new OpenViews(directory, log, logger), logger);
        try
        {
            views.OpenRegistry();
            if (views.Position > ledger.Size) views.Rebuild();
            views.ReportMonthsBehind();
            views.Repair();
            return views;
        }
        catch
        {
            views.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Applies entries that follow on <see cref="Position"/>; each file takes its part of them whole or not at all, and
    /// entries it holds already are passed over, so a batch that a crash cut through is simply applied again.
    /// </summary>
    /// <param name="records">In order and without a gap, beginning at or before <see cref="Position"/>; none only repairs.</param>
    /// <returns>False if a damaged file was found and is to be made again: read on at <see cref="Position"/>.</returns>
    /// <exception cref="LedgerCorruptException">An entry is not what the format says; nothing of the batch was applied.</exception>
    /// <exception cref="IOException">The disk failed or is full; the batch may be applied again later.</exception>
    public bool Apply(IReadOnlyList<LedgerRecord> records)
    {
        lock (_writing)
        {
            if (!Repair()) return false;
            if (records.Count == 0) return true;
            if (records[0].Index > Position)
                throw new ArgumentException($"Entry {records[0].Index} does not follow on position {Position}.", nameof(records));
            return Writing(() => Take(records));
        }
    }

    /// <summary>Takes what is left of one entry after its private part was erased; nothing if it was not applied yet.</summary>
    /// <returns>False if a damaged file was found and is to be made again, which then leaves the erased part out.</returns>
    public bool Refresh(LedgerRecord record)
    {
        lock (_writing)
        {
            return Writing(() =>
            {
                using var entry = EntryView.Parse(record);
                _open.WriteRegistry(registry => registry.Replace(record, entry));
                var month = MonthRange.MonthOf(entry.At);
                if (EvidenceItem.From(entry) is { } item && _open.Coverage.Ranges.ContainsKey(month))
                    _open.UseMonth(month, file => file.Replace(item));
                return true;
            });
        }
    }

    /// <summary>Removes the views; the ledger fills them again from its beginning.</summary>
    public void Rebuild()
    {
        lock (_writing)
        {
            LogRebuild(_directory);
            _open.DeleteAll();
            _open.UseRegistry(registry => registry.Coverage);
        }
    }

    public RegisteredDevice? FindDevice(string id) => _open.UseRegistry(registry => registry.Read(database => DevicePart.Find(database, id)));

    /// <summary>All devices, by id.</summary>
    public IReadOnlyList<RegisteredDevice> Devices() => _open.UseRegistry(registry => registry.Read(DevicePart.All));

    /// <summary>Index of the <c>device</c> entry with this leaf hash: what an evidence entry's <c>deviceLeaf</c> names.</summary>
    public long? FindDeviceState(Hash leaf) => _open.UseRegistry(registry => registry.Read(database => DevicePart.FindState(database, leaf)));

    /// <summary>Indices of this log's <c>review</c>, <c>custody</c> and <c>tombstone</c> entries that speak of an item, in order.</summary>
    public IReadOnlyList<long> HistoryOf(long index) => [.. EventsOf(index).Where(entry => entry.Log is null).Select(entry => entry.Index)];

    /// <summary>The newest anchor of the type that stands before an entry, which is therefore newer than it; null if there is none.</summary>
    public AnchorItem? LastAnchorBefore(AnchorType type, long index) =>
        _open.UseRegistry(registry => registry.Read(database => AnchorPart.LastBefore(database, type, index)));

    /// <summary>Anchors of the type over trees that hold an entry, the smallest tree first.</summary>
    public IReadOnlyList<AnchorItem> AnchorsCovering(AnchorType type, long index, int maximum) =>
        _open.UseRegistry(registry => registry.Read(database => AnchorPart.Covering(database, type, index, maximum)));

    /// <summary>Time-stamps that speak of one entry alone.</summary>
    public IReadOnlyList<AnchorItem> AnchorsOf(long index) =>
        _open.UseRegistry(registry => registry.Read(database => AnchorPart.OfItem(database, index)));

    /// <summary>The first anchor of the type at or behind an index.</summary>
    public AnchorItem? FirstAnchorFrom(AnchorType type, long index) =>
        _open.UseRegistry(registry => registry.Read(database => AnchorPart.FirstFrom(database, type, index)));

    /// <summary>The newest cosignature; witnesses cosign ever larger trees, so it covers what any did.</summary>
    public AnchorItem? NewestCosignature() => _open.UseRegistry(registry => registry.Read(database => AnchorPart.Newest(database, AnchorPart.Cosigned)));

    /// <summary>The newest time-stamp over a tree, or over a single entry.</summary>
    public AnchorItem? NewestTimestamp(bool ofItem) =>
        _open.UseRegistry(registry => registry.Read(database => AnchorPart.Newest(database, ofItem ? AnchorPart.OverItem : AnchorPart.OverTree)));

    /// <summary>The first and the last time-stamp over a tree of each authority and certificate.</summary>
    public IReadOnlyList<(AnchorItem First, AnchorItem Last)> TimestampSeries() => _open.UseRegistry(registry => registry.Read(AnchorPart.Series));

    /// <summary>The first time-stamp of the same authority and certificate over a tree that holds an entry.</summary>
    public AnchorItem? FirstTimestampHolding(AnchorItem like, long index) =>
        _open.UseRegistry(registry => registry.Read(database => AnchorPart.FirstOfSeriesHolding(database, like, index)));
    /// <summary>The newest jump of the clock that no person has confirmed; null where there is none.</summary>
    public ClockJump? UnconfirmedClockJump() => _open.UseRegistry(registry => registry.Read(ClockPart.Unconfirmed));

    /// <summary>The evidence or quarantine entry with this index; null if it is another kind or not applied yet.</summary>
    public EvidenceItem? FindEvidence(long index)
    {
        foreach (var range in _open.Coverage.Ranges.Values)
        {
            if (index < range.First || index > range.Last) continue;
            if (_open.UseMonth(range.Month, month => month.Find(index)) is { } item) return item;
        }

        return null;
    }

    /// <summary>The first that match, in the order of the ledger; the next page is behind the last one's index.</summary>
    /// <exception cref="ViewCorruptException">A file is damaged; the next <see cref="Apply"/> sees to it.</exception>
    public IReadOnlyList<EvidenceItem> Query(EvidenceQuery query)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, 10_000);
        if (query.LooksAtState) return QueryByState(query);
        var found = new List<EvidenceItem>();
        foreach (var range in _open.Coverage.Ranges.Values.Where(range => range.MayHold(query)).OrderBy(range => range.First))
        {
            // After a clock step months overlap, so a later file may still hold an earlier index.
            if (found.Count == query.Limit && found[^1].Index < range.First) break;
            found.AddRange(_open.UseMonth(range.Month, month => month.Query(query)));
            found.Sort((a, b) => a.Index.CompareTo(b.Index));
            if (found.Count > query.Limit) found.RemoveRange(query.Limit, found.Count - query.Limit);
        }

        return found;
    }

    public void Dispose() => _open.Dispose();

    bool Take(IReadOnlyList<LedgerRecord> records)
    {
        var items = new List<EvidenceItem>(records.Count);
        var kept = new List<(LedgerRecord, EntryView)>();
        try
        {
            foreach (var record in records)
            {
                var entry = EntryView.Parse(record);
                if (EvidenceItem.From(entry) is { } item) items.Add(item);
                if (RegistryFile.Takes(entry)) kept.Add((record, entry));
                else entry.Dispose();
            }

            var months = items.GroupBy(item => MonthRange.MonthOf(item.SealedAt)).ToList();
            var end = records[^1].Index + 1;
            var ranges = months.ConvertAll(month => _open.UseMonth(month.Key, file => file.Append(month, end)));
            _open.WriteRegistry(registry => registry.Apply(kept, items, ranges, end));
            return true;
        }
        finally
        {
            foreach (var (_, entry) in kept) entry.Dispose();
        }
    }

    bool Writing(Func<bool> work)
    {
        try
        {
            return work();
        }
        catch (ViewCorruptException)
        {
            Repair();
            return false;
        }
        catch
        {
            _open.CloseAll();
            throw;
        }
    }

    void OpenRegistry()
    {
        try
        {
            _open.UseRegistry(registry => registry.Coverage);
        }
        catch (ViewCorruptException)
        {
            Repair();
            _open.UseRegistry(registry => registry.Coverage);
        }
    }

    // A month is opened only when it is asked for, so one that is gone, cut short or behind would be missed until then.
    // Behind are those written last: LiteDB's commit does not wait for its log, so a kill may leave the registry ahead.
    void ReportMonthsBehind()
    {
        foreach (var month in _open.Coverage.Ranges.Keys)
        {
            var path = MonthFile.PathOf(_directory, month);
            if (!File.Exists(path) || LiteFile.IsTruncated(path)) _open.ReportBehind(month, 0);
        }

        foreach (var range in _open.Coverage.Ranges.Values.OrderByDescending(range => range.Last).Take(2))
        {
            try
            {
                _open.UseMonth(range.Month, file => file.Range);
            }
            catch (ViewCorruptException)
            {
                // Reported to OpenViews where it was met; repaired with the others.
            }
        }
    }

    // False if something had to be repaired and the ledger is to be read on at another position.
    bool Repair()
    {
        var (damage, behind) = _open.TakeReports();
        if (damage is null && behind.IsEmpty) return true;
        if (damage is not null)
        {
            if (!_repaired.Add(damage.Path)) throw damage;
            _open.MoveAside(damage);
            if (MonthFile.MonthOf(damage.Path) is { } month) behind = behind.SetItem(month, 0);
        }

        if (!behind.IsEmpty) _open.WriteRegistry(registry => registry.SetBack(behind));
        LogReadAgain(_directory, Position);
        return false;
    }

    [LoggerMessage(3303, LogLevel.Information, "The views in {Directory} are made again from the ledger")]
    partial void LogRebuild(string directory);

    [LoggerMessage(3304, LogLevel.Warning, "The views in {Directory} read the ledger again from entry {Position}")]
    partial void LogReadAgain(string directory, long position);
}
