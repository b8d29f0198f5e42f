using EdgeGateway.Export;
using EdgeGateway.Ledger;
using EdgeGateway.Texts;

namespace EdgeGateway.Bags;

/// <summary>
/// What a bag holds of an item's reviews, custody and erasure, of its own log and of those that go on from it, and whether that
/// is all of it as the export sealed it.
/// </summary>
sealed class BagHistory(BagFolder bag, BagChain chain, BagAfter after, BagSteps steps)
{
    /// <summary>Steps "history", one an entry, and "export".</summary>
    public ItemHistory Check(BagEntry item)
    {
        var history = new ItemHistory(ReviewState.None, null, false, true, [], null);
        var entries = new List<HistoryEntry>();
        foreach (var log in chain.Logs)
        {
            var folders = bag.Folders(BagPath.History(item.Folder, log.Number)).Select(folder => (Folder: folder, Index: BagEntry.IndexOf(folder))).OrderBy(entry => entry.Index);
            foreach (var (folder, _) in folders)
            {
                using var entry = log.Read(folder);
                var good = entry is not null && steps.Try("history", folder, () =>
                {
                    history = Take(history, item, log, entry);
                    entries.Add(new HistoryEntry(log.Number, entry.Index, entry.LeafHash, ExportRecord.Is(entry.View)));
                });
                if (!good) history = history with { IsGood = false };
            }
        }

        // Of several exports the last one is this one.
        var last = entries.FindLast(entry => entry.IsRecord);
        if (history.Record is not { } record) steps.Open("export", item.Folder, "export.none");
        else if (history.IsGood)
        {
            var isToTheEnd = false;
            var isGood = steps.Try("export", item.Folder, () => isToTheEnd = Compare(item, record, last!, entries));
            history = history with { IsGood = isGood, IsToTheEnd = isToTheEnd };
        }

        return history with { Entries = [.. chain.Logs.Select(log => entries.Where(entry => entry.Log == log.Number && entry != last).Select(entry => entry.Index).ToList())] };
    }

    ItemHistory Take(ItemHistory history, BagEntry item, BagLedger log, BagEntry entry)
    {
        var view = entry.View;
        var about = view.Body.Object("item"u8);
        if (about?.Integer("index"u8) != item.Index || about?.Digest("leaf"u8) != item.LeafHash) throw new BagRefusedException("refused.history");
        if (log.Number > 0 && about?.Digest("log"u8) != chain.Items.Genesis) throw new BagRefusedException("refused.history");
        if (view.Kind is not (EntryKind.Review or EntryKind.Custody or EntryKind.Tombstone)) throw new BagRefusedException("refused.kind", view.KindName);

        // Only items are erased: who did what with them stays.
        if (view.IsErased) throw new BagRefusedException("refused.no-tombstone");
        steps.Good("history", entry.Folder, Words.Value("kind", view.KindName), What(view), LedgerTime.Format(view.At));
        if (ExportRecord.Is(view)) return history with { Record = ExportRecord.Read(view) };
        if (view.Kind == EntryKind.Tombstone) return history with { HasTombstone = true };
        if (view.Kind != EntryKind.Review) return history;
        return history with
        {
            Review = view.Body.Text("result"u8) == "passed" ? ReviewState.Passed : ReviewState.Failed,
            Reason = view.Private.Text("reason"u8),
        };
    }

    /// <param name="at">Where the record itself is: an export seals it in the log that is written, which is the last.</param>
    /// <returns>Whether nothing more was said of the item in the whole tree.</returns>
    bool Compare(BagEntry item, ExportRecord record, HistoryEntry at, List<HistoryEntry> entries)
    {
        if (at.Log != chain.Logs.Count - 1 || record.Later.Count != at.Log) throw new BagRefusedException("refused.export-log", record.Index, record.Later.Count + 1, chain.Logs.Count);
        var sealedOnes = entries.Where(entry => entry != at).ToList();
        if (sealedOnes.Find(entry => entry.Log == at.Log && entry.Index >= record.Size) is { } later) throw new BagRefusedException("refused.export-later", later.Index, record.Index);
        var logs = chain.Logs.Select(log => sealedOnes.Where(entry => entry.Log == log.Number).Select(entry => (entry.Index, entry.Leaf)));
        if (ExportRecord.DigestOf(logs) != record.History) throw new BagRefusedException("refused.export-history", record.Index);
        if (after.FirstMissing(record.Size) is { } missing)
        {
            if (record.Format >= BagFormat.FirstToTheEnd) throw new BagRefusedException("refused.export-cut", missing, record.Index, chain.Logs[at.Log].Checkpoint.Size);
            steps.Open("export", item.Folder, "export.cut", record.Index, chain.Logs[at.Log].Checkpoint.Size);
            return false;
        }

        after.Check(item, record);
        if (at.Log == 0) steps.Good("export", item.Folder, item.Index, record.Index, LedgerTime.Format(record.At), record.Size);
        else steps.Add("export", item.Folder, StepState.Good, steps.Text("export.later", item.Index, record.Index, LedgerTime.Format(record.At), record.Size, chain.Logs[at.Log].Checkpoint.Origin));
        return true;
    }

    static string? What(EntryView entry) =>
        Word("action", entry.Body.Text("action"u8)) ?? Word("result", entry.Body.Text("result"u8)) ?? Word("reason", entry.Body.Text("reason"u8));

    static string? Word(string field, string? value) => value is null ? null : Words.Value(field, value);

    sealed record HistoryEntry(int Log, long Index, Hash Leaf, bool IsRecord);
}

/// <param name="Review">The last one counts.</param>
/// <param name="IsGood">Whether every entry of it could be proven, and none is missing or too many where a record says so.</param>
/// <param name="Entries">By log, in order, without the record.</param>
/// <param name="Record">The last of its exports, if that sealed what belongs into the bag.</param>
sealed record ItemHistory(ReviewState Review, string? Reason, bool HasTombstone, bool IsGood, IReadOnlyList<IReadOnlyList<long>> Entries, ExportRecord? Record)
{
    /// <summary>Whether the record is the last word on the item in the tree that proves it.</summary>
    public bool IsToTheEnd { get; init; }
}
