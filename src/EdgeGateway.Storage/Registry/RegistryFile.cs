using EdgeGateway.Ledger;
using LiteDB;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Storage.Registry;

/// <summary>
/// <c>registry.db</c>: what its parts keep of the rarer kinds of entries, how far the views are, and which months there are.
/// One writer beside any number of readers. After an exception from a write it must be closed and opened again.
/// </summary>
sealed class RegistryFile : IDisposable
{
    public const int Schema = 6;

    const string Pending = "pending";

    static readonly IRegistryPart[] Parts = [new DevicePart(), new AnchorPart(), new HistoryPart(), new ItemPart(), new HoldPart(), new ClockPart(), new ClosedItemPart()];

    static readonly string[] Collections =
    [
        Pending, DevicePart.Devices, DevicePart.States, AnchorPart.Anchors, AnchorPart.SeriesOfOneCertificate, AnchorPart.NewestAnchors, HistoryPart.Histories, ItemPart.Items,
        ItemPart.Tombstones, ItemMarks.Marks, ObjectPart.Objects, HoldPart.Holds, ClockPart.Jumps, LaterPart.Taken, LaterPart.Histories,
    ];

    readonly ViewFile _file;

    RegistryFile(ViewFile file, Coverage coverage)
    {
        _file = file;
        Coverage = coverage;
    }

    public Coverage Coverage { get; private set; }

    public static string PathOf(string directory) => Path.Combine(directory, "registry.db");

    public static RegistryFile Open(string directory, Hash log, ILogger logger)
    {
        var file = ViewFile.Open(PathOf(directory), Schema, Collections, log, logger);
        try
        {
            var coverage = file.Read(database =>
            {
                var coverage = Coverage.Read(ViewFile.StateOf(database));
                // LiteDB may pass over devices whose index is damaged without a word.
                return database.GetCollection(DevicePart.Devices).Count() == coverage.Devices
                    ? coverage
                    : throw new ViewCorruptException(file.Path);
            });
            return new RegistryFile(file, coverage);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Whether entries of this kind are for this file.</summary>
    public static bool Takes(EntryView entry) => entry.Kind == EntryKind.Evidence
        ? ItemPart.IsTagged(entry)
        : entry.Kind is { } kind && Array.Exists(Parts, part => part.Takes(kind));

    /// <summary>Applies the entries that it takes, and moves both positions to <paramref name="end"/>; all or nothing.</summary>
    /// <param name="entries">In order; those that are in the file already are passed over.</param>
    /// <param name="items">The evidence and refusals among the same entries.</param>
    /// <param name="ranges">Of the months that the same entries went to.</param>
    public void Apply(
        IEnumerable<(LedgerRecord Record, EntryView Entry)> entries, IReadOnlyList<EvidenceItem> items, IEnumerable<MonthRange> ranges, long end)
    {
        var added = entries.Where(entry => entry.Record.Index >= Coverage.DevicePosition).ToList();
        var next = Coverage with
        {
            DevicePosition = Math.Max(Coverage.DevicePosition, end),
            EvidencePosition = Math.Max(Coverage.EvidencePosition, end),
            Ranges = Coverage.Ranges.SetItems(ranges.Select(range => KeyValuePair.Create(range.Month, range))),
        };
        _file.Write(database =>
        {
            ItemMarks.Add(database, items);
            ObjectPart.Add(database, items);
            foreach (var (record, entry) in added) Apply(database, record, entry);
            if (added.Exists(entry => entry.Entry.Kind == EntryKind.Device)) next = next with { Devices = database.GetCollection(DevicePart.Devices).Count() };
            SetCoverage(database, next);
        });
        Coverage = next;
    }

    /// <summary>Forgets months whose files are behind, so that the ledger is read again from where they are.</summary>
    public void SetBack(IReadOnlyDictionary<string, long> positions)
    {
        var next = Coverage with
        {
            EvidencePosition = Math.Min(Coverage.EvidencePosition, positions.Values.Min()),
            Ranges = Coverage.Ranges.RemoveRange(positions.Keys),
        };
        _file.Write(database => SetCoverage(database, next));
        Coverage = next;
    }

    /// <summary>Takes what is left of an entry whose private part was erased.</summary>
    public void Replace(LedgerRecord record, EntryView entry)
    {
        if (entry.Index >= Coverage.DevicePosition) return;
        _file.Write(database =>
        {
            var pending = database.GetCollection(Pending);
            if (pending.FindById(record.Index) is not null)
            {
                pending.Update(PendingDocument(record, entry));
                return;
            }

            if (entry.Kind == EntryKind.Device) DevicePart.Replace(database, entry);
            if (EvidenceItem.From(entry) is null) return;
            ItemPart.Forget(database, entry.Index);
            ObjectPart.Forget(database, entry.Index);
        });
    }

    /// <summary>Takes entries of a later log, and moves the position in it.</summary>
    public void ApplyLater(Hash later, IReadOnlyList<LedgerRecord> records, long number) => _file.Write(database =>
    {
        foreach (var record in records)
        {
            using var entry = EntryView.Parse(record);
            if (ClosedItemPart.ItemOf(entry) is { } item) LaterPart.Take(database, entry, later, item.Index);
        }

        LaterPart.SetTaken(database, later, number);
    });

    /// <summary>Asks one of the parts.</summary>
    public T Read<T>(Func<LiteDatabase, T> question) => _file.Read(question);

    /// <summary>Whether the disk failed a write: close it and open it again.</summary>
    public bool HasFailed => _file.HasFailed;

    public void Dispose() => _file.Dispose();

    // One action that made several entries takes effect at the last of them (docs/ledger-format.md, "batch"), so that
    // half of an import never shows.
    static void Apply(LiteDatabase database, LedgerRecord record, EntryView entry)
    {
        var batch = entry.Header.Object("batch"u8);
        if (batch?.Text("id"u8) is not { } batchId || batch?.Integer("of"u8) is not { } of)
        {
            Take(database, entry);
            return;
        }

        var pending = database.GetCollection(Pending);
        pending.Upsert(PendingDocument(record, entry));
        if (batch?.Integer("n"u8) is not { } n || n < of) return;
        // Few lie there at any time: an index on the batch would cost more than reading them.
        var entries = pending.FindAll().Where(document => document["batch"] == batchId).ToList();
        foreach (var document in entries)
        {
            var earlier = new LedgerRecord(
                document["_id"].AsInt64, document["leaf"].AsBinary, default, document["private"].AsBinary);
            using var view = EntryView.Parse(earlier);
            Take(database, view);
            pending.Delete(document["_id"]);
        }
    }

    static void Take(LiteDatabase database, EntryView entry)
    {
        if (entry.Kind is not { } kind) return;
        foreach (var part in Parts)
        {
            if (part.Takes(kind)) part.Take(database, entry);
        }
    }

    static BsonDocument PendingDocument(LedgerRecord record, EntryView entry) => new()
    {
        ["_id"] = record.Index,
        ["batch"] = entry.Header.Object("batch"u8)?.Text("id"u8),
        ["leaf"] = record.Leaf.ToArray(),
        ["private"] = record.PrivatePart.ToArray(),
    };

    static void SetCoverage(LiteDatabase database, Coverage coverage)
    {
        var state = ViewFile.StateOf(database);
        coverage.WriteTo(state);
        ViewFile.SetState(database, state);
    }
}
