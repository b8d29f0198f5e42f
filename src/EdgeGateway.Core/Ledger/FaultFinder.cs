namespace EdgeGateway.Ledger;

/// <summary>
/// Finds the first wrong thing of a log whose entries do not give the root of its checkpoint. The stored tiles are tied to
/// the checkpoint from the top down as far as they go: where they are bound, they tell which entry is wrong; where they
/// are not, two files that contradict each other are all that can be named.
/// </summary>
sealed class FaultFinder(Checkpoint checkpoint, IReadOnlyList<BundleCheck> checks, TileReader read)
{
    readonly List<Candidate> _candidates = [];

    public LogFault Find()
    {
        var edge = new CompactRange();
        var bound = edge.TryAppendEdge(checkpoint.Size, read) is null && edge.Root() == checkpoint.Root;
        if (!bound)
        {
            Add(0, checkpoint.Size, LogVerifier.OfCheckpoint(
                $"The tiles do not give the root {checkpoint.Root} that the checkpoint has for {checkpoint.Size} entries."));
        }

        var parents = Array.Empty<Slot>();
        for (var level = TileMath.Levels(checkpoint.Size) - 1; level >= 1; level--) parents = BindLevel(level, bound, parents);
        FindInBundles(bound, parents);
        return Narrowest();
    }

    /// <summary>The hash of a tile of level 0 that the entries contradict, where it is known that the entries are right.</summary>
    public static LogFault? WrongTileHash(BundleCheck check)
    {
        if (check.FirstDifference == BundleCheck.NoDifference) return null;
        var entry = check.FirstEntry + check.FirstDifference;
        return new LogFault(
            check.Tile.ToString(), entry, $"{check.Tile}: hash {check.FirstDifference} is wrong. Entry {entry} is that of the checkpoint.");
    }

    Slot[] BindLevel(int level, bool edgeBound, Slot[] parents)
    {
        var slots = new Slot[TileMath.HashCount(level, checkpoint.Size)];
        foreach (var tile in TileMath.Tiles(level, checkpoint.Size))
        {
            if (TileFile.ReadHashes(read, tile, out var hashes) is { } fault)
            {
                Add(tile.FirstEntry, tile.FirstEntry + 1, fault);
                continue;
            }

            var bound = tile.IsPartial ? edgeBound : BindsTo(parents[tile.Number], tile, Merkle.PerfectRoot(hashes.Span));
            for (var i = 0; i < tile.Width; i++)
                slots[tile.Number * TilePath.FullWidth + i] = new Slot(TileFile.HashAt(hashes.Span, i), true, bound);
        }

        return slots;
    }

    bool BindsTo(Slot parent, TilePath tile, Hash root)
    {
        if (parent.IsKnown && parent.Hash != root)
        {
            var end = tile.FirstEntry + (1L << ((tile.Level + 1) * TileMath.LevelHeight));
            Add(tile.FirstEntry, end, parent.IsBound ? NotBound(tile) : Contradiction(tile));
            return false;
        }

        return parent.IsBound;
    }

    void FindInBundles(bool edgeBound, Slot[] parents)
    {
        foreach (var check in checks)
        {
            var isFull = check.Number < parents.Length;
            var parent = isFull ? parents[check.Number] : new Slot(default, false, edgeBound);
            var fault = OfBundle(check, isFull, parent);
            if (fault is not null)
            {
                Add(fault.EntryIndex!.Value, fault.EntryIndex.Value + 1, fault);
                return;
            }

            // The bundle and its tile agree, with each other or one being gone, but not with the tile above.
            if (isFull && parent is { IsKnown: true, IsBound: false } && (check.EntriesRoot ?? check.StoredRoot) != parent.Hash)
            {
                Add(check.FirstEntry, check.FirstEntry + TilePath.FullWidth, Contradiction(check.Tile));
                return;
            }
        }
    }

    static LogFault? OfBundle(BundleCheck check, bool isFull, Slot parent)
    {
        var entriesBound = isFull && parent.IsBound && check.EntriesRoot == parent.Hash;
        if (entriesBound) return BundleCheck.Lowest(check.TileFault, WrongTileHash(check), check.Objection);

        var tileBound = parent.IsBound && check.TileFault is null && (!isFull || check.StoredRoot == parent.Hash);
        if (tileBound) return BundleCheck.Lowest(WrongEntry(check, true), check.BundleFault, check.Objection);

        var fault = BundleCheck.Lowest(check.TileFault, WrongEntry(check, false), check.BundleFault, check.Objection);
        if (isFull && parent.IsBound && (fault is null || fault.EntryIndex > check.FirstEntry)) return NeitherBound(check);
        return fault;
    }

    static LogFault? WrongEntry(BundleCheck check, bool bound)
    {
        if (check.FirstDifference == BundleCheck.NoDifference) return null;
        var entry = check.FirstEntry + check.FirstDifference;
        return new LogFault(check.Bundle.ToString(), entry, bound
            ? $"{check.Bundle}: entry {entry} is not the one that the checkpoint commits to."
            : $"{check.Bundle}: entry {entry} is not the one that {check.Tile} has, and no tile that the checkpoint binds says which is right.");
    }

    static LogFault NeitherBound(BundleCheck check)
    {
        var first = check.FirstEntry;
        return new LogFault(
            check.Bundle.ToString(), first,
            $"{check.Bundle} and {check.Tile}: neither is what the checkpoint commits to; entries {first} to {first + TilePath.FullWidth - 1} are not proven.");
    }

    static LogFault NotBound(TilePath tile) =>
        new(tile.ToString(), tile.FirstEntry, $"{tile} is not what the checkpoint commits to.");

    LogFault Contradiction(TilePath child)
    {
        var (level, number) = (child.Level + 1, child.Number / TilePath.FullWidth);
        var parent = TilePath.ForHashes(level, number, TileMath.Width(level, number, checkpoint.Size));
        return new LogFault(
            parent.ToString(), child.FirstEntry,
            $"{parent}: hash {child.Number % TilePath.FullWidth} is not the root of {child}, and no tile that the checkpoint binds says which is right.");
    }

    // The lowest fault; but where it only says that something is wrong in a range, a more exact one from within it.
    LogFault Narrowest()
    {
        var ordered = _candidates.OrderBy(candidate => candidate.First).ThenByDescending(candidate => candidate.End);
        var best = ordered.First();
        foreach (var candidate in ordered)
        {
            if (candidate.First >= best.End) break;
            if (candidate.End - candidate.First < best.End - best.First) best = candidate;
        }

        return best.Fault;
    }

    void Add(long first, long end, LogFault fault) => _candidates.Add(new Candidate(first, end, fault));

    /// <summary>A hash of a tile: known where the tile could be read, bound where the checkpoint commits to it.</summary>
    readonly record struct Slot(Hash Hash, bool IsKnown, bool IsBound);

    readonly record struct Candidate(long First, long End, LogFault Fault);
}
