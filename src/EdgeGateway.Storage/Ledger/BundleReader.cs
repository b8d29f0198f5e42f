using EdgeGateway.Ledger;

namespace EdgeGateway.Storage.Ledger;

/// <summary>Reads entries out of closed bundles. Safe for any number of threads.</summary>
/// <param name="size">Entries of a log that is closed, whose last bundle may be partial; without it only full bundles are read.</param>
sealed class BundleReader(LedgerPaths paths, long size = long.MaxValue)
{
    /// <summary>Adds the entries from <paramref name="from"/> to the end of its bundle, up to <paramref name="maximum"/> in all.</summary>
    /// <exception cref="LedgerCorruptException">Names the file and the entry.</exception>
    public void Read(long from, int maximum, List<LedgerRecord> records)
    {
        var number = from / TilePath.FullWidth;
        var width = (int)Math.Min(TilePath.FullWidth, size - number * TilePath.FullWidth);
        var path = paths.File(TilePath.ForEntries(number, width));
        var leaves = Decode(path, width);
        var payloadPath = paths.Payloads(number, width);
        var payloads = ReadAll(payloadPath);
        for (var slot = (int)(from % TilePath.FullWidth); slot < width && records.Count < maximum; slot++)
        {
            var (offset, length) = PayloadBundle.Locate(payloads, slot, payloadPath);
            var erased = length == 0;
            records.Add(new LedgerRecord(
                number * TilePath.FullWidth + slot,
                leaves[slot],
                erased ? default : payloads.AsMemory(offset, LedgerRecord.SaltBytes),
                erased ? default : payloads.AsMemory(offset + LedgerRecord.SaltBytes, length - LedgerRecord.SaltBytes)));
        }
    }

    public ReadOnlyMemory<byte>? ReadFile(TilePath path)
    {
        try
        {
            return File.ReadAllBytes(paths.File(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    static ReadOnlyMemory<byte>[] Decode(string path, int count)
    {
        try
        {
            return EntryBundle.Decode(ReadAll(path), count);
        }
        catch (FormatException e)
        {
            throw new LedgerCorruptException($"'{path}' is damaged: {e.Message}");
        }
    }

    static byte[] ReadAll(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new LedgerCorruptException($"'{path}' is missing.");
        }
    }
}
