namespace EdgeGateway.Ledger;

/// <summary>
/// The right edge of the growing tree: at each level the tile that is not full yet (C2SP tlog-tiles). It is all that is
/// needed to append and to know the root, so its size does not grow with the ledger beyond one tile a level. Not safe for
/// several threads.
/// </summary>
public sealed class TreeEdge
{
    /// <summary>256^8 entries are more than a signed 64-bit position counts.</summary>
    const int MaximumLevels = 8;

    readonly List<Level> _levels = [];

    public long Size { get; private set; }

    public int Levels => _levels.Count;

    /// <summary>Takes the next leaf hash. Full tiles are handed over from the lowest level up; their bytes are used again.</summary>
    public void Append(in Hash leaf, FullTile full)
    {
        var hash = leaf;
        Size++;
        for (var level = 0; ; level++)
        {
            if (level == _levels.Count) _levels.Add(new Level());
            var tile = _levels[level];
            hash.CopyTo(tile.Bytes.AsSpan(tile.Width * Hash.Length));
            if (++tile.Width < TilePath.FullWidth) return;
            full(TilePath.ForHashes(level, tile.Index), tile.Bytes);
            hash = Merkle.PerfectRoot(tile.Bytes);
            tile.Width = 0;
            tile.Index++;
        }
    }

    /// <summary>The hashes of the tile at this level that is not full; empty when the last one just filled up.</summary>
    public ReadOnlySpan<byte> Partial(int level) => _levels[level].Bytes.AsSpan(0, _levels[level].Width * Hash.Length);

    /// <summary>RFC 6962 section 2.1: MTH of all leaves so far.</summary>
    public Hash Root()
    {
        // A level's tile holds what the level above has not taken yet: so from the bottom up, and within a tile from the
        // right, what is already joined is always the right-hand side.
        Hash? root = null;
        foreach (var level in _levels)
        {
            for (var (count, remaining) = (1, level.Width); remaining > 0; count <<= 1)
            {
                if ((remaining & count) == 0) continue;
                remaining &= ~count;
                var peak = Merkle.PerfectRoot(level.Bytes.AsSpan(remaining * Hash.Length, count * Hash.Length));
                root = root is { } right ? Merkle.NodeHash(peak, right) : peak;
            }
        }

        return root ?? Merkle.EmptyRoot;
    }

    /// <summary>Makes an edge again from what <see cref="Partial"/> gave at each level.</summary>
    /// <exception cref="ArgumentException">The widths do not belong to this size.</exception>
    public static TreeEdge Restore(long size, IReadOnlyList<ReadOnlyMemory<byte>> partials)
    {
        var edge = new TreeEdge { Size = size };
        var rest = size;
        if (partials.Count > MaximumLevels) throw new ArgumentException($"A tree has at most {MaximumLevels} levels of tiles.", nameof(partials));
        foreach (var partial in partials)
        {
            var width = (int)(rest % TilePath.FullWidth);
            if (partial.Length != width * Hash.Length)
            {
                throw new ArgumentException($"Level {edge._levels.Count} of a tree of {size} entries has {width} hashes, not {partial.Length / Hash.Length}.", nameof(partials));
            }

            rest /= TilePath.FullWidth;
            var level = new Level { Width = width, Index = rest };
            partial.Span.CopyTo(level.Bytes);
            edge._levels.Add(level);
        }

        if (rest != 0) throw new ArgumentException($"A tree of {size} entries has more than {partials.Count} levels.", nameof(partials));
        return edge;
    }

    sealed class Level
    {
        public readonly byte[] Bytes = new byte[TilePath.FullWidth * Hash.Length];
        public int Width;
        public long Index;
    }
}

/// <summary>A tile that just got its 256th hash: 8,192 bytes, valid during the call only.</summary>
public delegate void FullTile(TilePath path, ReadOnlySpan<byte> hashes);
