using EdgeGateway.Ledger;

namespace EdgeGateway.Backup;

/// <summary>Copies the objects that a copy does not have yet, reading each against its name.</summary>
static class ObjectCopy
{
    /// <returns>How many there are, and the names of those that are not what they are named by.</returns>
    public static (long Count, IReadOnlyList<string> Damaged) Run(string from, string to, BackupFiles files, Action step, CancellationToken cancellationToken)
    {
        var source = Path.Combine(from, "objects", "sha256");
        var count = 0L;
        var damaged = new List<string>();
        if (!Directory.Exists(source)) return (0, damaged);
        foreach (var path in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var name = Path.GetFileName(path);
            if (!Hash.TryParse(name, out var digest)) continue;
            if (Copy(path, Path.Combine(to, "objects", "sha256", name[..2], name[2..4], name), digest, files)) count++;
            else damaged.Add(name);
            step();
        }

        return (count, damaged);
    }

    static bool Copy(string from, string to, Hash digest, BackupFiles files)
    {
        try
        {
            return files.CopyObject(from, to, digest);
        }
        catch (FileNotFoundException)
        {
            // Erased since the folder was listed: the ledger says so, and a backup need not have it.
            return true;
        }
    }
}
