using System.Numerics;

namespace EdgeGateway.Ledger;

/// <summary>
/// Subtree hashes of a tree of a given size, computed out of its tiles; each tile is read once. Not thread-safe.
/// </summary>
/// <remarks>Nothing is verified: what it gives is only as good as the tiles.</remarks>
sealed class TreeReader(long size, TileReader read)
{
    readonly Dictionary<(int Level, long Number), ReadOnlyMemory<byte>> _tiles = [];

    /// <summary>The hash over the entries from <paramref name="from"/> up to <paramref name="to"/>, a subtree of RFC 6962.</summary>
    /// <exception cref="LedgerCorruptException">A tile is missing or has the wrong length.</exception>
    public Hash Range(long from, long to)
    {
        var count = to - from;
        if (BitOperations.IsPow2(count)) return Subtree(BitOperations.Log2((ulong)count), from);
        var left = LargestPowerBelow(count);
        return Merkle.NodeHash(Range(from, from + left), Range(from + left, to));
    }

    /// <summary>The largest power of two below a count of at least 2: where RFC 6962 splits.</summary>
    public static long LargestPowerBelow(long count) => 1L << BitOperations.Log2((ulong)(count - 1));

    Hash Subtree(int height, long firstEntry)
    {
        var level = height / TileMath.LevelHeight;
        var first = firstEntry >> (level * TileMath.LevelHeight);
        var count = 1 << (height % TileMath.LevelHeight);
        var hashes = Tile(level, first / TilePath.FullWidth).Span;
        return Merkle.PerfectRoot(hashes.Slice((int)(first % TilePath.FullWidth) * Hash.Length, count * Hash.Length));
    }

    ReadOnlyMemory<byte> Tile(int level, long number)
    {
        if (_tiles.TryGetValue((level, number), out var hashes)) return hashes;
        var tile = TilePath.ForHashes(level, number, TileMath.Width(level, number, size));
        if (TileFile.ReadHashes(read, tile, out hashes) is { } fault) throw new LedgerCorruptException(fault.Sentence);
        _tiles.Add((level, number), hashes);
        return hashes;
    }
}
