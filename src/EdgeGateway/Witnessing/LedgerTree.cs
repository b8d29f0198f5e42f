using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;

namespace EdgeGateway.Witnessing;

/// <summary>
/// The tiles of a ledger at any size up to the present one, also at one that was never signed: what has no file is hashed
/// from the entries.
/// </summary>
sealed class LedgerTree(FileLedger ledger)
{
    public Hash RootAt(long size) => new ProofBuilder(size, Read).Root();

    /// <summary>Null beyond what can be read.</summary>
    public ReadOnlyMemory<byte>? Read(TilePath path)
    {
        if (ledger.ReadTile(path) is { } own) return own;
        if (path.IsPartial && ledger.ReadTile(path.Full) is { } full) return full[..(path.Width * Hash.Length)];
        return path.Level == 0 ? OfEntries(path) : OfTiles(path);
    }

    byte[]? OfEntries(TilePath path)
    {
        var records = ledger.Read(path.Number * TilePath.FullWidth, path.Width);
        if (records.Count < path.Width) return null;
        var tile = new byte[path.Width * Hash.Length];
        for (var i = 0; i < records.Count; i++) Merkle.LeafHash(records[i].Leaf.Span).CopyTo(tile.AsSpan(i * Hash.Length));
        return tile;
    }

    byte[]? OfTiles(TilePath path)
    {
        var tile = new byte[path.Width * Hash.Length];
        for (var i = 0; i < path.Width; i++)
        {
            if (Read(TilePath.ForHashes(path.Level - 1, path.Number * TilePath.FullWidth + i)) is not { } below) return null;
            Merkle.PerfectRoot(below.Span).CopyTo(tile.AsSpan(i * Hash.Length));
        }

        return tile;
    }
}
