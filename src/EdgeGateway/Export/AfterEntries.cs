using System.Globalization;
using EdgeGateway.Bags;
using EdgeGateway.Ledger;

namespace EdgeGateway.Export;

/// <summary>
/// The entries between what an export's record speaks for and the end of the signed tree, whose leaves go into the bag: so that it
/// shows that nothing more was said of an item in the whole tree. Without them a bag could be cut back to an older record.
/// </summary>
static class AfterEntries
{
    /// <summary>With more of them an export seals new records: each is a proof that somebody checks by hand.</summary>
    public const int Maximum = 256;

    /// <summary>The leaf hash of the item that an entry speaks of; null where it speaks of none.</summary>
    public static Hash? ItemOf(EntryView entry) => entry.Body.Object("item"u8)?.Digest("leaf"u8);

    public static string Folder(string log, long index) => string.Create(CultureInfo.InvariantCulture, $"{BagPath.After(log)}{index}");

    /// <summary>Whether a bag can be proven to end with the tree: few entries besides the records, and none of an item.</summary>
    /// <param name="from">All entries below it that speak of the items are in the bag.</param>
    /// <param name="size">Of the signed tree.</param>
    public static bool IsClear(ILedgerReader ledger, long from, long size, IReadOnlySet<long> records, IReadOnlySet<Hash> items)
    {
        if (size - from - records.Count > Maximum) return false;
        for (var index = from; index < size;)
        {
            var read = ledger.Read(index, (int)Math.Min(size - index, TilePath.FullWidth));
            foreach (var record in read.Where(record => !records.Contains(record.Index)))
            {
                using var entry = EntryView.Parse(record);
                if (ItemOf(entry) is { } item && items.Contains(item)) return false;
            }

            index += read.Count;
        }

        return true;
    }
}
