using EdgeGateway.Ledger;

namespace EdgeGateway.Verification;

/// <summary>The files of a tlog-tiles folder. Safe for any number of threads.</summary>
sealed class TileFolder(string directory)
{
    /// <summary>256 entries of the largest size that two bytes of length can say.</summary>
    const long MaximumFileBytes = TilePath.FullWidth * (2L + EntryBundle.MaximumEntryBytes);

    public ReadOnlyMemory<byte>? Read(TilePath path)
    {
        try
        {
            var file = new FileInfo(Path.Combine(directory, path.ToString()));
            if (file.Exists && file.Length > MaximumFileBytes) throw new LedgerCorruptException($"{path} has {file.Length} bytes; no tile or bundle is so large.");
            return File.ReadAllBytes(file.FullName);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
