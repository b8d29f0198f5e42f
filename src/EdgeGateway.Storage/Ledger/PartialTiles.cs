using EdgeGateway.Ledger;

namespace EdgeGateway.Storage.Ledger;

/// <summary>
/// The partial tiles and bundles that checkpoints imply. A published one is never written again: its bytes can't change,
/// and a crash halfway would take away what a checkpoint promises. Used by the integrator alone.
/// </summary>
sealed class PartialTiles(LedgerPaths paths, PendingFiles pending)
{
    readonly HashSet<TilePath> _written = [];
    readonly HashSet<TilePath> _durable = [];

    /// <summary>Takes note of what a checkpoint of an earlier process implies.</summary>
    public void Adopt(long checkpointSize)
    {
        foreach (var path in Of(checkpointSize)) _durable.Add(path);
    }

    /// <summary>Writes what a checkpoint of this size implies and is not there; not yet synced.</summary>
    public void Write(long size, OpenBundle bundle, TreeEdge edge)
    {
        foreach (var path in Of(size))
        {
            var file = paths.File(path);
            if (_durable.Contains(path) && File.Exists(file)) continue;
            pending.Write(file, path.HoldsEntries ? bundle.Leaves : edge.Partial(path.Level));
            _written.Add(path);
        }
    }

    /// <summary>What was written is synced and in the state.</summary>
    public void MarkDurable()
    {
        _durable.UnionWith(_written);
        _written.Clear();
    }

    /// <summary>Removes those whose full tile is durable, as tlog-tiles allows.</summary>
    public void RemoveBelow(long durableSize)
    {
        foreach (var path in _durable.Where(path => TileMath.Width(path.Level, path.Number, durableSize) == TilePath.FullWidth).ToList())
        {
            _durable.Remove(path);
            var directory = paths.File(path.Full) + ".p";
            if (Directory.Exists(directory)) Directory.Delete(directory, recursive: true);
        }
    }

    static IEnumerable<TilePath> Of(long size)
    {
        if (TileMath.PartialBundle(size) is { } bundle) yield return bundle;
        for (var level = 0; level < TileMath.Levels(size); level++)
        {
            if (TileMath.PartialTile(level, size) is { } tile) yield return tile;
        }
    }
}
