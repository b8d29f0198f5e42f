using EdgeGateway.Ledger;

namespace EdgeGateway.Verification;

/// <summary>The files of a tlog-tiles folder. Safe for any number of threads.</summary>
sealed class TileFolder(string directory)
{
    /// <summary>256 entries of the largest size that two bytes of length can say.</summary>
    const long MaximumFileBytes = TilePath.FullWidth * (2L + EntryBundle.MaximumEntryBytes);

    /// <summary>Names of tiles are no deeper; links that lead in circles end there.</summary>
    static readonly EnumerationOptions Deep = new() { RecurseSubdirectories = true, MaxRecursionDepth = 9, AttributesToSkip = FileAttributes.None };

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

    /// <summary>The partial tiles and bundles that there are, in no order; what bears no such name is no file of the log.</summary>
    public IEnumerable<TilePath> Partials()
    {
        var root = Path.Combine(directory, "tile");
        if (!Directory.Exists(root)) yield break;
        foreach (var folder in Directory.EnumerateDirectories(root, "*.p", Deep))
        {
            foreach (var file in Files(folder))
            {
                if (TilePath.TryParse(Path.GetRelativePath(directory, file).Replace(Path.DirectorySeparatorChar, '/'), out var path)) yield return path;
            }
        }
    }

    static string[] Files(string folder)
    {
        try
        {
            return Directory.GetFiles(folder);
        }
        catch (DirectoryNotFoundException)
        {
            // Taken away meanwhile: the full one has come.
            return [];
        }
    }
}
