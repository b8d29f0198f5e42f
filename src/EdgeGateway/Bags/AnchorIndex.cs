using EdgeGateway.Ledger;

namespace EdgeGateway.Bags;

/// <summary>
/// Anchors where an item finds its own without a look at the others, so that many items with many anchors take no longer than
/// their sum.
/// </summary>
sealed class AnchorIndex
{
    readonly SortedList<long, BagAnchor> _tokens = [];
    readonly Dictionary<long, List<BagAnchor>> _ofTrees = [];
    readonly Dictionary<Hash, List<BagAnchor>> _ofLeaves = [];

    // Of the tokens up to each the one with the latest time; made when it is first asked for.
    BagAnchor[]? _latest;

    /// <param name="stamped">What was stamped, hashed as a leaf; tells nothing where it was a tree.</param>
    public void Add(BagAnchor anchor, Hash stamped)
    {
        if (anchor.Cosigner is null) _tokens.Add(anchor.Index, anchor);
        _latest = null;
        if (anchor.Tree is { } tree) Add(_ofTrees, tree.Size, anchor);
        else Add(_ofLeaves, stamped, anchor);
    }

    /// <summary>Of the tokens that stand before an entry the one with the latest time.</summary>
    public BagAnchor? LatestBefore(long index)
    {
        _latest ??= Latest();
        var (low, high) = (0, _latest.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_tokens.Keys[middle] < index) low = middle + 1;
            else high = middle;
        }

        return low == 0 ? null : _latest[low - 1];
    }

    public IReadOnlyList<BagAnchor> OfLeaf(Hash leaf) => _ofLeaves.TryGetValue(leaf, out var anchors) ? anchors : [];

    public IReadOnlyList<BagAnchor> OfTree(long size) => _ofTrees.TryGetValue(size, out var anchors) ? anchors : [];

    BagAnchor[] Latest()
    {
        BagAnchor[] latest = [.. _tokens.Values];
        for (var i = 1; i < latest.Length; i++)
        {
            if (latest[i].Time < latest[i - 1].Time) latest[i] = latest[i - 1];
        }

        return latest;
    }

    static void Add<TKey>(Dictionary<TKey, List<BagAnchor>> anchors, TKey key, BagAnchor anchor)
        where TKey : notnull
    {
        if (anchors.TryGetValue(key, out var known)) known.Add(anchor);
        else anchors.Add(key, [anchor]);
    }
}

/// <param name="Tree">Null where one leaf alone was stamped.</param>
/// <param name="Cosigner">Null for a time-stamp.</param>
/// <param name="IsTrusted">Whether roots, or the policy, vouch for who made it.</param>
sealed record BagAnchor(long Index, string Folder, DateTimeOffset Time, Checkpoint? Tree, VerifierKey? Cosigner, bool IsTrusted);
