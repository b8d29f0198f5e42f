namespace EdgeGateway.Ledger;

/// <summary>
/// Which tiles a tree has (C2SP tlog-tiles, "Merkle Tree"): level l holds one hash for each 256^l entries, in tiles of
/// 256; only whole tiles are hashed into the level above.
/// </summary>
public static class TileMath
{
    /// <summary>Levels of the tree that one tile spans.</summary>
    public const int LevelHeight = 8;

    /// <summary>How many tile levels a tree has: 0 for the empty one, 1 up to 255 entries, 2 from 256 on.</summary>
    public static int Levels(long size)
    {
        var levels = 0;
        for (; size > 0; size >>= LevelHeight) levels++;
        return levels;
    }

    /// <summary>How many hashes a level has: floor(size / 256^level).</summary>
    public static long HashCount(int level, long size) => level * LevelHeight >= 63 ? 0 : size >> (level * LevelHeight);

    /// <summary>How many hashes (for level 0: entries) a tile has in a tree of this size: 0 where there is no such tile, to 256.</summary>
    public static int Width(int level, long number, long size)
    {
        var hashes = HashCount(level, size);
        if (number < 0 || number > hashes / TilePath.FullWidth) return 0;
        return (int)Math.Min(hashes - number * TilePath.FullWidth, TilePath.FullWidth);
    }

    /// <summary>The rightmost tile of a level where it is partial, else null.</summary>
    public static TilePath? PartialTile(int level, long size)
    {
        var hashes = HashCount(level, size);
        var width = (int)(hashes % TilePath.FullWidth);
        return width == 0 ? null : TilePath.ForHashes(level, hashes / TilePath.FullWidth, width);
    }

    /// <summary>The rightmost entry bundle where it is partial, else null.</summary>
    public static TilePath? PartialBundle(long size)
    {
        var width = (int)(size % TilePath.FullWidth);
        return width == 0 ? null : TilePath.ForEntries(size / TilePath.FullWidth, width);
    }

    /// <summary>The tiles of one level, in order.</summary>
    public static IEnumerable<TilePath> Tiles(int level, long size)
    {
        var full = HashCount(level, size) / TilePath.FullWidth;
        for (var number = 0L; number < full; number++) yield return TilePath.ForHashes(level, number);
        if (PartialTile(level, size) is { } partial) yield return partial;
    }

    /// <summary>The entry bundles, in order.</summary>
    public static IEnumerable<TilePath> Bundles(long size)
    {
        for (var number = 0L; number < size / TilePath.FullWidth; number++) yield return TilePath.ForEntries(number);
        if (PartialBundle(size) is { } partial) yield return partial;
    }

    /// <summary>Every file a log of this size must serve besides its checkpoint: bundles, then tiles level by level.</summary>
    public static IEnumerable<TilePath> Files(long size) =>
        Bundles(size).Concat(Enumerable.Range(0, Levels(size)).SelectMany(level => Tiles(level, size)));
}
