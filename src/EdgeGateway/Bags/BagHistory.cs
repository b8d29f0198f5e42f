using EdgeGateway.Export;
using EdgeGateway.Ledger;

namespace EdgeGateway.Bags;

/// <summary>
/// What a bag holds of an item's reviews, custody and erasure, and whether that is all of it as the export sealed it.
/// </summary>
sealed class BagHistory(BagFolder bag, BagLedger ledger, BagSteps steps)
{
    /// <summary>Steps "history", one an entry, and "export".</summary>
    public ItemHistory Check(BagEntry item)
    {
        var history = new ItemHistory(ReviewState.None, null, false, true, [], null);
        var entries = new List<(long Index, Hash Leaf)>();
        var folders = bag.Folders($"{item.Folder}/history/").Select(folder => (Folder: folder, Index: BagEntry.IndexOf(folder))).OrderBy(entry => entry.Index);
        foreach (var (folder, _) in folders)
        {
            using var entry = ledger.Read(folder);
            var good = entry is not null && steps.Try("history", folder, () =>
            {
                history = Take(history, item, entry);
                entries.Add((entry.Index, entry.LeafHash));
            });
            if (!good) history = history with { IsGood = false };
        }

        if (history.Record is not { } record) steps.Open("export", item.Folder, "export.none");
        else if (history.IsGood && !steps.Take("export", item.Folder, () => Compare(record, entries), item.Index, record.Index, LedgerTime.Format(record.At), record.Size)) history = history with { IsGood = false };
        return history with { Entries = [.. entries.Select(entry => entry.Index).Where(index => index != history.Record?.Index)] };
    }

    ItemHistory Take(ItemHistory history, BagEntry item, BagEntry entry)
    {
        var view = entry.View;
        var about = view.Body.Object("item"u8);
        if (about?.Integer("index"u8) != item.Index || about?.Digest("leaf"u8) != item.LeafHash) throw new BagRefusedException("refused.history");
        if (view.Kind is not (EntryKind.Review or EntryKind.Custody or EntryKind.Tombstone)) throw new BagRefusedException("refused.kind", view.KindName);

        // Only items are erased: who did what with them stays.
        if (view.IsErased) throw new BagRefusedException("refused.no-tombstone");
        steps.Good("history", entry.Folder, view.KindName, view.Body.Text("action"u8) ?? view.Body.Text("result"u8) ?? view.Body.Text("reason"u8), LedgerTime.Format(view.At));
        if (ExportRecord.Is(view)) return history with { Record = ExportRecord.Read(view) };
        if (view.Kind == EntryKind.Tombstone) return history with { HasTombstone = true };
        if (view.Kind != EntryKind.Review) return history;
        return history with
        {
            Review = view.Body.Text("result"u8) == "passed" ? ReviewState.Passed : ReviewState.Failed,
            Reason = view.Private.Text("reason"u8),
        };
    }

    static void Compare(ExportRecord record, List<(long Index, Hash Leaf)> entries)
    {
        var sealedOnes = entries.Where(entry => entry.Index != record.Index).ToList();
        if (sealedOnes.FindIndex(entry => entry.Index >= record.Size) is var later and >= 0) throw new BagRefusedException("refused.export-later", sealedOnes[later].Index, record.Index);
        if (ExportRecord.DigestOf(sealedOnes) != record.History) throw new BagRefusedException("refused.export-history", record.Index);
    }
}

/// <param name="Review">The last one counts.</param>
/// <param name="IsGood">Whether every entry of it could be proven, and none is missing or too many where a record says so.</param>
/// <param name="Entries">In order, without the record.</param>
/// <param name="Record">The last of its exports, if that sealed what belongs into the bag.</param>
sealed record ItemHistory(ReviewState Review, string? Reason, bool HasTombstone, bool IsGood, IReadOnlyList<long> Entries, ExportRecord? Record);
