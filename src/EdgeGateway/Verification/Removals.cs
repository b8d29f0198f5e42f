using System.Collections.Concurrent;
using EdgeGateway.Ledger;

namespace EdgeGateway.Verification;

/// <summary>
/// What entries say was erased or moved, in whichever log the item is: a tombstone may stand in a later log than its item, so the same one is
/// given to the verification of each log of a gateway. Safe for any number of threads.
/// </summary>
sealed class Removals
{
    readonly ConcurrentDictionary<(Hash Log, long Index), byte> _tombstones = new();
    readonly ConcurrentDictionary<(Hash Log, long Index), byte> _moves = new();

    public bool IsErased(Hash log, long index) => _tombstones.ContainsKey((log, index));

    public IEnumerable<long> ErasedIn(Hash log) => _tombstones.Keys.Where(item => item.Log == log).Select(item => item.Index);

    public bool IsMoved(Hash log, long index) => _moves.ContainsKey((log, index));

    /// <summary>Takes note of an entry that accounts for what is gone. Leaves are canonical, so that these bytes are found in no other.</summary>
    public void Note(long index, ReadOnlySpan<byte> leaf)
    {
        var isTombstone = leaf.IndexOf("\"kind\":\"tombstone\""u8) >= 0;
        if (!isTombstone && (leaf.IndexOf("\"kind\":\"custody\""u8) < 0 || leaf.IndexOf("\"action\":\"move\""u8) < 0)) return;
        using var entry = EntryView.Parse(new LedgerRecord(index, leaf.ToArray(), default, default));
        if (entry.Body.Object("item"u8) is not { } item || item.Integer("index"u8) is not { } about) return;
        if ((item.Digest("log"u8) ?? entry.Log) is not { } log) return;
        if (entry.Kind == EntryKind.Tombstone) _tombstones[(log, about)] = 0;
        else if (entry.Kind == EntryKind.Custody && entry.Body.Text("action"u8) == "move") _moves[(log, about)] = 0;
    }
}
