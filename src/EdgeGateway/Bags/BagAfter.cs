using EdgeGateway.Export;
using EdgeGateway.Ledger;

namespace EdgeGateway.Bags;

/// <summary>
/// The entries of the log with the export's records from where a record ends to the end of the tree that proves it. All of them are in
/// the bag, most as leaves alone: a bag cut back to an older record, under a newer checkpoint, lacks them.
/// </summary>
sealed class BagAfter(BagFolder bag, BagLedger log)
{
    // By index the item that an entry speaks of; filled as it is asked for.
    readonly Dictionary<long, Hash?> _items = [];
    Dictionary<long, string>? _folders;

    /// <summary>The first entry that is not in the bag; null where all are.</summary>
    public long? FirstMissing(long from)
    {
        _folders ??= Folders();
        for (var index = from; index < log.Checkpoint.Size; index++)
        {
            if (!_folders.ContainsKey(index)) return index;
        }

        return null;
    }

    /// <exception cref="BagRefusedException">One of them, besides the record, speaks of the item, or can't be proven.</exception>
    public void Check(BagEntry item, ExportRecord record)
    {
        for (var index = record.Size; index < log.Checkpoint.Size; index++)
        {
            if (index == record.Index) continue;
            if (!_items.TryGetValue(index, out var named)) _items[index] = named = ItemOf(index);
            if (named == item.LeafHash) throw new BagRefusedException("refused.export-later", index, record.Index);
        }
    }

    Hash? ItemOf(long index)
    {
        using var entry = log.Prove(_folders![index], index);

        // What was said after a log's end stands in the next one, and the records are in the last.
        if (entry.View.Kind == EntryKind.Key) throw new BagRefusedException("refused.export-closed", index);
        return AfterEntries.ItemOf(entry.View);
    }

    /// <summary>Records of other items lie with those.</summary>
    Dictionary<long, string> Folders()
    {
        var folders = new Dictionary<long, string>();
        var items = bag.Folders(BagPath.Payload).Where(folder => BagEntry.IndexOf(folder) is not null).Select(folder => BagPath.History(folder, log.Number));
        foreach (var folder in items.Prepend(BagPath.After(log.Folder)).SelectMany(bag.Folders))
        {
            if (BagEntry.IndexOf(folder) is { } index) folders.TryAdd(index, folder);
        }

        return folders;
    }
}
