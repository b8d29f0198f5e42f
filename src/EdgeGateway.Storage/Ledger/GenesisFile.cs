using EdgeGateway.Ledger;

namespace EdgeGateway.Storage.Ledger;

/// <summary>Finds entry 0 of a log on disk without its key and without opening it: in its first bundle, or in the write-ahead log.</summary>
public static class GenesisFile
{
    /// <param name="data">The data directory, or the folder of a closed log.</param>
    /// <exception cref="LedgerCorruptException">There is none that can be read.</exception>
    public static Genesis Read(string data)
    {
        var paths = new LedgerPaths(data);
        return Genesis.Parse(new LedgerRecord(0, FromBundle(paths) ?? FromLog(paths), default, default));
    }

    static byte[]? FromBundle(LedgerPaths paths)
    {
        var full = paths.File(TilePath.ForEntries(0));
        var partial = full + ".p";
        var path = File.Exists(full) ? full : Directory.Exists(partial) ? Directory.GetFiles(partial).FirstOrDefault() : null;
        if (path is null) return null;
        ReadOnlySpan<byte> rest = ReadEither(path, full);
        return EntryBundle.TryTake(ref rest, out var leaf) ? leaf.ToArray() : throw new LedgerCorruptException($"'{path}' is damaged: it does not hold entry 0.");
    }

    /// <summary>A partial one goes when the full one has come.</summary>
    static byte[] ReadEither(string path, string full)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (IOException) when (path != full && File.Exists(full))
        {
            return File.ReadAllBytes(full);
        }
    }

    static byte[] FromLog(LedgerPaths paths)
    {
        byte[]? found = null;
        var state = StateFile.Read(paths.State);
        WalScan.Run(paths.Wal, state.FirstSegment, 0, new Frame(WalFormat.LargestFrameBytes), frame =>
        {
            if (frame.FirstIndex == 0) found ??= frame.Leaf(frame.Entries[0]).ToArray();
        });
        return found ?? throw new LedgerCorruptException($"The ledger in '{paths.Ledger}' has no entry 0: nothing was ever sealed in it.");
    }
}
