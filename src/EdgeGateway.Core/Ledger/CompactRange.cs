using System.Numerics;

namespace EdgeGateway.Ledger;

/// <summary>
/// A growing Merkle tree of which only the right edge is kept: one hash for each whole subtree that the size has a bit
/// for (at most 63). Appending and taking the root never allocate. Not thread-safe.
/// </summary>
public sealed class CompactRange
{
    /// <summary>How many hashes of levels above 0 one append can complete at the most.</summary>
    public const int MaximumTileHashes = 7;

    const int Heights = 63;

    readonly Hash[] _peaks = new Hash[Heights];

    /// <summary>How many entries the tree has.</summary>
    public long Size { get; private set; }

    /// <summary>How many hashes <see cref="CopyFrontierTo"/> writes.</summary>
    public int FrontierLength => BitOperations.PopCount((ulong)Size);

    /// <summary>The tree of <paramref name="size"/> entries whose right edge is <paramref name="frontier"/>, largest subtree first.</summary>
    /// <exception cref="ArgumentException">The size needs another number of hashes.</exception>
    public static CompactRange Restore(long size, ReadOnlySpan<Hash> frontier)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        var range = new CompactRange { Size = size };
        if (frontier.Length != range.FrontierLength)
            throw new ArgumentException($"A tree of {size} entries has a frontier of {range.FrontierLength} hashes, not {frontier.Length}.", nameof(frontier));

        var next = 0;
        for (var height = Heights - 1; height >= 0; height--)
        {
            if (((size >> height) & 1) == 1) range._peaks[height] = frontier[next++];
        }

        return range;
    }

    /// <summary>
    /// The right edge of the tree of <paramref name="size"/> entries as the tiles have it. Nothing is verified: compare
    /// <see cref="Root"/> with a root that is known.
    /// </summary>
    /// <exception cref="LedgerCorruptException">A tile is missing or has the wrong length.</exception>
    public static CompactRange FromTiles(long size, TileReader read)
    {
        var range = new CompactRange();
        if (range.TryAppendEdge(size, read) is { } fault) throw new LedgerCorruptException(fault.Sentence);
        return range;
    }

    /// <summary>Appends one entry by its leaf hash.</summary>
    public void Append(in Hash leafHash)
    {
        Span<Hash> ignored = stackalloc Hash[MaximumTileHashes];
        Append(0, leafHash, ignored);
    }

    /// <summary>
    /// Appends one entry and says which hashes of higher tile levels it completed: the first is the next one of level 1,
    /// the second of level 2, and so on. None unless the new size is a multiple of 256.
    /// </summary>
    /// <param name="tileHashes">Room for <see cref="MaximumTileHashes"/>.</param>
    /// <returns>How many were written.</returns>
    public int Append(in Hash leafHash, Span<Hash> tileHashes) => Append(0, leafHash, tileHashes);

    /// <summary>
    /// Appends a whole subtree of 2^height entries by its root; the size must be a multiple of 2^height. Completed hashes
    /// of tile levels above the subtree's own height are reported as by <see cref="Append(in Hash, Span{Hash})"/>.
    /// </summary>
    public int Append(int height, in Hash root, Span<Hash> tileHashes)
    {
        if (height is < 0 or >= Heights || (Size & ((1L << height) - 1)) != 0)
            throw new ArgumentException($"A subtree of height {height} does not fit after {Size} entries.", nameof(height));

        var size = Size + (1L << height);
        var hash = root;
        var completed = 0;
        for (; ((Size >> height) & 1) == 1; height++)
        {
            hash = Merkle.NodeHash(_peaks[height], hash);
            if ((height + 1) % TileMath.LevelHeight == 0) tileHashes[completed++] = hash;
        }

        _peaks[height] = hash;
        Size = size;
        return completed;
    }

    /// <summary>The root of the tree so far.</summary>
    public Hash Root()
    {
        if (Size == 0) return Merkle.EmptyRoot;
        var height = BitOperations.TrailingZeroCount(Size);
        var root = _peaks[height];
        for (height++; height < Heights; height++)
        {
            if (((Size >> height) & 1) == 1) root = Merkle.NodeHash(_peaks[height], root);
        }

        return root;
    }

    /// <summary>Writes the right edge, largest subtree first: what <see cref="Restore"/> takes.</summary>
    public void CopyFrontierTo(Span<Hash> frontier)
    {
        var next = 0;
        for (var height = Heights - 1; height >= 0; height--)
        {
            if (((Size >> height) & 1) == 1) frontier[next++] = _peaks[height];
        }
    }

    /// <summary>Becomes what the other is, for taking back appends whose entries did not reach the disk.</summary>
    public void CopyFrom(CompactRange other)
    {
        other._peaks.CopyTo(_peaks, 0);
        Size = other.Size;
    }

    // The size written in base 256 is the widths of the partial tiles, so appending their hashes from the highest level
    // down gives the right edge.
    internal LogFault? TryAppendEdge(long size, TileReader read)
    {
        Span<Hash> ignored = stackalloc Hash[MaximumTileHashes];
        for (var level = TileMath.Levels(size) - 1; level >= 0; level--)
        {
            if (TileMath.PartialTile(level, size) is not { } tile) continue;
            if (TileFile.ReadHashes(read, tile, out var hashes) is { } fault) return fault;
            for (var i = 0; i < tile.Width; i++) Append(level * TileMath.LevelHeight, TileFile.HashAt(hashes.Span, i), ignored);
        }

        return null;
    }
}
