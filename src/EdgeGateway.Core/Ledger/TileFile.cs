namespace EdgeGateway.Ledger;

/// <summary>The bytes of a tile or bundle under the name they were found by: the partial one asked for, or the full one.</summary>
public readonly ref struct TileFile(TilePath path, ReadOnlySpan<byte> bytes)
{
    public TilePath Path { get; } = path;

    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    /// <summary>Hash <paramref name="index"/> of a tile's bytes.</summary>
    internal static Hash HashAt(ReadOnlySpan<byte> hashes, int index) => new(hashes.Slice(index * Hash.Length, Hash.Length));

    internal static Hash[] HashesIn(ReadOnlySpan<byte> hashes)
    {
        var all = new Hash[hashes.Length / Hash.Length];
        for (var i = 0; i < all.Length; i++) all[i] = HashAt(hashes, i);
        return all;
    }

    /// <summary>Reads a file, or where it is partial and gone the full one.</summary>
    internal static LogFault? Read(TileReader read, TilePath path, out TilePath found, out ReadOnlyMemory<byte> bytes)
    {
        found = path;
        var file = read(path);
        if (file is null && path.IsPartial)
        {
            found = path.Full;
            file = read(found);
        }

        bytes = file ?? ReadOnlyMemory<byte>.Empty;
        return file is null ? LogFault.Missing(path) : null;
    }

    /// <summary>Reads the hashes of a tile: exactly as many as its width says.</summary>
    internal static LogFault? ReadHashes(TileReader read, TilePath tile, out ReadOnlyMemory<byte> hashes)
    {
        if (Read(read, tile, out var found, out hashes) is { } missing) return missing;
        if (LengthFault(new TileFile(found, hashes.Span)) is { } wrong) return wrong;
        hashes = hashes[..(tile.Width * Hash.Length)];
        return null;
    }

    internal static LogFault? LengthFault(TileFile tile)
    {
        var expected = tile.Path.Width * Hash.Length;
        return tile.Bytes.Length == expected
            ? null
            : new LogFault(
                tile.Path.ToString(), tile.Path.FirstEntry, $"{tile.Path} has {tile.Bytes.Length} bytes and not {expected}.");
    }
}
