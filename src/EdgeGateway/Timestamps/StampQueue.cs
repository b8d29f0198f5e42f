using System.Text;
using EdgeGateway.Ledger;

namespace EdgeGateway.Timestamps;

/// <summary>
/// What waits for a token: everything behind the tree that was stamped last, and the entries that want one of their own.
/// Nothing of it is stored, because the ledger says it: what was stamped is in the anchors. One thread at a time.
/// </summary>
sealed class StampQueue(ILedgerReader ledger, IReadOnlyList<string> classes, int maximumItems)
{
    const int Batch = 256;

    // As it stands in a canonical leaf; whatever has it is looked at more closely.
    readonly byte[][] _marks = [.. classes.Select(name => Encoding.UTF8.GetBytes($"\"message\":\"{name}\""))];
    readonly Queue<long> _items = new();
    long _stamped;
    long _newsFrom;
    long _itemsFrom;
    long _dropped;
    long _waitingSince;

    /// <summary>
    /// When the oldest entry that waits for a token was sealed; null when none does. Anchors do not wait: they would go on
    /// for ever. Any thread may ask.
    /// </summary>
    public DateTimeOffset? WaitingSince => Interlocked.Read(ref _waitingSince) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>Entries that want a token of their own, oldest first.</summary>
    public IReadOnlyCollection<long> Items => _items;

    /// <summary>How many were passed over, because too many waited, since this was last asked.</summary>
    public long TakeDropped() => Interlocked.Exchange(ref _dropped, 0);

    /// <param name="tree">Size of the tree that was stamped last; 0 if none was.</param>
    /// <param name="item">The entry that got a token of its own last; null if none did.</param>
    public void Begin(long tree, long? item)
    {
        _stamped = _newsFrom = tree;

        // A class that was set lately begins where nothing is stamped yet: what is older has its time already.
        _itemsFrom = item + 1 ?? tree;
    }

    /// <summary>Takes what came to the ledger since the last call.</summary>
    public void Look()
    {
        LookForNews();
        if (classes.Count > 0) LookForItems();
    }

    public void TreeStamped(long size)
    {
        if (size <= _stamped) return;
        _stamped = size;
        Interlocked.Exchange(ref _waitingSince, 0);
        _newsFrom = size;
        LookForNews();
    }

    public void ItemStamped() => _items.Dequeue();

    void LookForNews()
    {
        while (WaitingSince is null && ledger.Read(_newsFrom, Batch) is { Count: > 0 } records)
        {
            foreach (var record in records)
            {
                using var entry = EntryView.Parse(record);
                if (entry.Kind != EntryKind.Anchor)
                {
                    Interlocked.Exchange(ref _waitingSince, entry.At.UtcTicks);
                    return;
                }

                _newsFrom = record.Index + 1;
            }
        }
    }

    void LookForItems()
    {
        while (ledger.Read(_itemsFrom, Batch) is { Count: > 0 } records)
        {
            foreach (var record in records.Where(IsWanted))
            {
                _items.Enqueue(record.Index);
                if (_items.Count <= maximumItems) continue;
                _items.Dequeue();
                _dropped++;
            }

            _itemsFrom = records[^1].Index + 1;
        }
    }

    bool IsWanted(LedgerRecord record)
    {
        if (!Array.Exists(_marks, mark => record.Leaf.Span.IndexOf(mark) >= 0)) return false;
        using var entry = EntryView.Parse(record);
        return entry.Kind == EntryKind.Evidence && entry.Body.Text("message"u8) is { } message && classes.Contains(message);
    }
}
