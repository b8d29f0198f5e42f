using EdgeGateway.Ledger;

namespace EdgeGateway.Storage.Ledger;

/// <summary>
/// Whether the tiles on disk and the state belong together: the newest full tile must give the hash that is held for it
/// one level up. One tile a level at most; all of them are for <c>ledger verify</c>.
/// </summary>
static class EdgeCheck
{
    /// <exception cref="LedgerCorruptException">Names the file.</exception>
    public static void Run(LedgerPaths paths, LedgerState state)
    {
        if (!HasWidths(state)) throw CheckedFile.Damaged(paths.State, "its tiles are not those of its size");

        // The hash is in the state; where that tile above just closed as well, it is on disk, and its own hash is looked at next.
        for (var level = 0; level + 1 < state.Edge.Count; level++)
        {
            var tile = Newest(level, state.Size);
            var above = state.Edge[level + 1];
            var isClosed = above.IsEmpty;
            if (isClosed) above = Read(paths, Newest(level + 1, state.Size));
            if (Merkle.PerfectRoot(Read(paths, tile).Span) != new Hash(above.Span[^Hash.Length..])) throw Wrong(paths, tile);
            if (!isClosed) return;
        }
    }

    static bool HasWidths(LedgerState state) =>
        state.Edge.Count == TileMath.Levels(state.Size)
        && state.Edge.Select((hashes, level) => hashes.Length == TileMath.HashCount(level, state.Size) % TilePath.FullWidth * Hash.Length).All(fits => fits);

    static TilePath Newest(int level, long size) => TilePath.ForHashes(level, TileMath.HashCount(level, size) / TilePath.FullWidth - 1);

    static ReadOnlyMemory<byte> Read(LedgerPaths paths, TilePath tile) =>
        new BundleReader(paths).ReadFile(tile) is { Length: TilePath.FullBytes } bytes ? bytes : throw Wrong(paths, tile);

    static LedgerCorruptException Wrong(LedgerPaths paths, TilePath tile) => new(
        $"'{paths.File(tile)}' is not the tile that the ledger's state knows. Run 'edgegw ledger verify' and restore the file from a backup.");
}
