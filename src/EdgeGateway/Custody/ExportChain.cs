using EdgeGateway.Export;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Registry;

namespace EdgeGateway.Custody;

/// <summary>Which entries of an item's log, and of those that go on from it, belong into a bag with it.</summary>
/// <param name="Logs">The items' log first, the one that is written last.</param>
/// <param name="Size">Only entries below it count of the log that is written.</param>
sealed record ExportChain(IReadOnlyList<SelectedLog> Logs, long Size)
{
    /// <summary>So many anchors of a type are looked at.</summary>
    public const int AnchorsLookedAt = 64;

    IReadOnlyList<IReadOnlyList<long>>? _later;

    public ItemLinks Links(long index, WitnessedTree witnessed)
    {
        var log = Logs[0];
        var views = log.Views();
        using var entry = EntryView.Parse(log.Ledger.Read(index, 1)[0]);
        var device = entry.Body.Digest("deviceLeaf"u8) is { } leaf ? views.FindDeviceState(leaf) : null;
        var history = History(views, index);
        _later ??= Later();
        return new ItemLinks(
            index, null, history[0], device < SizeOf(log) ? device : null, views.LastAnchorBefore(AnchorType.Timestamp, index)?.Index,
            [.. After(views, index, SizeOf(log))], views.FindState(index)?.Medium, witnessed)
        {
            Later = [.. history.Skip(1).Zip(_later, (entries, anchors) => new LaterLinks(entries, anchors))],
        };
    }

    /// <summary>Fixes all entries that speak of an item (<see cref="ExportRecord.DigestOf"/>).</summary>
    public Hash HistoryOf(ItemLinks links) => ExportRecord.DigestOf(Logs.Select((log, i) =>
        links.Entries.Where(entry => entry.Log == i).Select(entry => (entry.Index, Merkle.LeafHash(log.Ledger.Read(entry.Index, 1)[0].Leaf.Span)))));

    long SizeOf(SelectedLog log) => log.ClosedId is null ? Size : log.Size;

    /// <summary>By log. Events name a later log by the leaf hash of its entry 0.</summary>
    List<long>[] History(LedgerViews views, long index)
    {
        List<long>[] history = [.. Logs.Select(_ => new List<long>())];
        foreach (var one in views.EventsOf(index))
        {
            var log = one.Log is null ? 0 : Logs.Index().First(log => one.Log == (log.Item.ClosedId ?? LeafOfGenesis(log.Item))).Index;
            if (one.Index < SizeOf(Logs[log])) history[log].Add(one.Index);
        }

        return history;
    }

    static Hash LeafOfGenesis(SelectedLog log) => Merkle.LeafHash(log.Ledger.Read(0, 1)[0].Leaf.Span);

    /// <summary>
    /// Of each authority and witness the first that covers the item, which bounds its time; the newest time-stamp, whose
    /// certificate lives longest; and time-stamps of the item alone.
    /// </summary>
    static SortedSet<long> After(LedgerViews views, long index, long size)
    {
        var newest = views.LastAnchorBefore(AnchorType.Timestamp, size);
        var chosen = FirstCovering(views, index).Concat(views.AnchorsOf(index));
        if (newest?.Size > index) chosen = chosen.Append(newest);
        return [.. chosen.Select(anchor => anchor.Index).Where(at => at < size)];
    }

    /// <summary>
    /// What later logs add, the same for every item, because any of their trees covers all of the logs before: of each log the first of each
    /// authority and witness, and the newest time-stamp over a tree, which renews the ones before it.
    /// </summary>
    IReadOnlyList<IReadOnlyList<long>> Later() => [.. Logs.Skip(1).Select(log =>
    {
        var views = log.Views();
        var chosen = FirstCovering(views, 0);
        if (views.NewestTimestamp(ofItem: false) is { } newest) chosen = chosen.Append(newest);
        return (IReadOnlyList<long>)[.. new SortedSet<long>(chosen.Select(anchor => anchor.Index).Where(at => at < SizeOf(log)))];
    })];

    static IEnumerable<AnchorItem> FirstCovering(LedgerViews views, long index) =>
        views.AnchorsCovering(AnchorType.Timestamp, index, AnchorsLookedAt)
            .Concat(views.AnchorsCovering(AnchorType.Cosignature, index, AnchorsLookedAt))
            .DistinctBy(anchor => (anchor.Type, anchor.By));
}
