namespace EdgeGateway.Ledger;

/// <summary>The tree as the entries alone give it. Where its root is the checkpoint's, every entry is proven.</summary>
sealed class EntryTree
{
    // By tile level, from 1 on; those of level 0 were compared while the entries were read.
    readonly List<List<Hash>> _levels = [];
    readonly CompactRange _range = new();

    EntryTree()
    {
    }

    public Hash Root => _range.Root();

    /// <summary>Null where some entries can't be read.</summary>
    public static EntryTree? TryBuild(IReadOnlyList<BundleCheck> checks)
    {
        var tree = new EntryTree();
        Span<Hash> completed = stackalloc Hash[CompactRange.MaximumTileHashes];
        foreach (var check in checks)
        {
            if (check.EntriesRoot is { } root)
            {
                tree.Add(1, root);
                var count = tree._range.Append(TileMath.LevelHeight, root, completed);
                for (var i = 0; i < count; i++) tree.Add(i + 2, completed[i]);
            }
            else if (check.PartialLeaves is { } leaves)
            {
                foreach (var leaf in leaves) tree._range.Append(leaf);
            }
            else
            {
                return null;
            }
        }

        return tree;
    }

    /// <summary>The lowest fault where the entries are right: only a tile can be wrong, or a visitor may have objected.</summary>
    public LogFault? FirstFault(IReadOnlyList<BundleCheck> checks, TileReader read)
    {
        var lowest = checks.Select(OfBundle).FirstOrDefault(fault => fault is not null);
        for (var level = 1; level <= _levels.Count; level++) lowest = BundleCheck.Lowest(lowest, OfLevel(level, read));
        return lowest;
    }

    static LogFault? OfBundle(BundleCheck check) =>
        BundleCheck.Lowest(check.TileFault, FaultFinder.WrongTileHash(check), check.Objection);

    LogFault? OfLevel(int level, TileReader read)
    {
        foreach (var tile in TileMath.Tiles(level, _range.Size))
        {
            if (TileFile.ReadHashes(read, tile, out var hashes) is { } fault) return fault;
            for (var i = 0; i < tile.Width; i++)
            {
                var index = tile.Number * TilePath.FullWidth + i;
                if (TileFile.HashAt(hashes.Span, i) == _levels[level - 1][(int)index]) continue;
                return new LogFault(
                    tile.ToString(),
                    index << (level * TileMath.LevelHeight),
                    $"{tile}: hash {i} is wrong. The entries are those of the checkpoint.");
            }
        }

        return null;
    }

    void Add(int level, Hash hash)
    {
        if (_levels.Count < level) _levels.Add([]);
        _levels[level - 1].Add(hash);
    }
}
