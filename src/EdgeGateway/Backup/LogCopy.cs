using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;

namespace EdgeGateway.Backup;

/// <summary>
/// Copies one log at a signed size in the form of a closed one (docs/ledger-format.md section 9), whether it is closed or grows on.
/// What is there already is not copied again: full tiles and bundles never change, private parts only where some were erased.
/// </summary>
/// <param name="from">The folder that holds <c>ledger/</c> and <c>payloads/</c>.</param>
/// <param name="to">The folder <c>logs/&lt;shard&gt;</c> of the copy.</param>
sealed class LogCopy(string from, string to, long size, BackupFiles files)
{
    /// <param name="lastPayloads">The private parts of the last bundle where that is partial and no file has them yet; else null.</param>
    /// <param name="step">Called behind each bundle.</param>
    public void Run(VerifierKey key, byte[] note, byte[]? lastPayloads, Action step, CancellationToken cancellationToken)
    {
        foreach (var path in TileMath.Files(size))
        {
            cancellationToken.ThrowIfCancellationRequested();
            CopyTile(path);
            if (path.HoldsEntries) step();
        }

        for (var number = 0L; number < size / TilePath.FullWidth; number++) CopyPayloads(number, TilePath.FullWidth);
        var width = (int)(size % TilePath.FullWidth);
        if (lastPayloads is not null) files.Write(ClosedLedger.PayloadPath(to, size / TilePath.FullWidth, width), lastPayloads);
        else if (width > 0) CopyPayloads(size / TilePath.FullWidth, width);
        CopyHistory(note);
        files.Write(ClosedLedger.PublicKeyPath(to), System.Text.Encoding.UTF8.GetBytes(key + "\n"));
        files.Write(Path.Combine(to, "ledger", "checkpoint"), note);
    }

    /// <summary>Takes away what earlier sizes had of their own, once the copy of this size is whole.</summary>
    public void RemoveEarlierPartials()
    {
        foreach (var folder in Directory.GetDirectories(to, "*.p", SearchOption.AllDirectories))
        {
            if (File.Exists(folder[..^2])) Directory.Delete(folder, recursive: true);
            else foreach (var file in Directory.GetFiles(folder).Where(file => !IsOfThisSize(folder, file))) File.Delete(file);
        }
    }

    bool IsOfThisSize(string folder, string file)
    {
        var relative = Path.GetRelativePath(Path.Combine(to, "ledger"), file);
        if (TilePath.TryParse(relative, out var path)) return path.Width == TileMath.Width(path.Level, path.Number, size);
        return folder.StartsWith(Path.Combine(to, "payloads"), StringComparison.Ordinal)
            && file == ClosedLedger.PayloadPath(to, size / TilePath.FullWidth, Math.Max(1, (int)(size % TilePath.FullWidth)));
    }

    void CopyTile(TilePath path)
    {
        var target = Path.Combine(to, "ledger", path.ToString());
        var source = Path.Combine(from, "ledger", path.ToString());
        if (!files.IsSuspect && !path.IsPartial && File.Exists(target) && new FileInfo(target).Length == new FileInfo(source).Length) return;
        try
        {
            files.Write(target, File.ReadAllBytes(source));
        }
        catch (Exception e) when (path.IsPartial && e is (FileNotFoundException or DirectoryNotFoundException))
        {
            // The log grew meanwhile, and the full one has taken its place.
            files.Write(target, Beginning(path, File.ReadAllBytes(Path.Combine(from, "ledger", path.Full.ToString()))));
        }
    }

    static ReadOnlySpan<byte> Beginning(TilePath path, byte[] full)
    {
        if (!path.HoldsEntries) return full.AsSpan(0, path.Width * Hash.Length);
        ReadOnlySpan<byte> rest = full;
        for (var i = 0; i < path.Width; i++)
        {
            if (!EntryBundle.TryTake(ref rest, out _)) throw new GatewayException($"{path.Full} is damaged: it ends within entry {i}. Run 'edgegw ledger verify'.");
        }

        return full.AsSpan(0, full.Length - rest.Length);
    }

    void CopyPayloads(long number, int width)
    {
        var source = ClosedLedger.PayloadPath(from, number, width);
        var target = ClosedLedger.PayloadPath(to, number, width);
        var changed = File.GetLastWriteTimeUtc(source);
        if (!files.IsSuspect && File.Exists(target) && new FileInfo(target).Length == new FileInfo(source).Length && File.GetLastWriteTimeUtc(target) == changed) return;
        files.Write(target, File.ReadAllBytes(source));
        File.SetLastWriteTimeUtc(target, changed);
    }

    /// <summary>Up to the note that is copied: a log that grows on has later ones behind it.</summary>
    void CopyHistory(byte[] note)
    {
        var history = Path.Combine(from, "ledger", "checkpoints");
        foreach (var source in Directory.GetFiles(history).Order(StringComparer.Ordinal))
        {
            var bytes = File.ReadAllBytes(source);
            var at = bytes.AsSpan().IndexOf(note);
            var end = at < 0 ? bytes.Length : Math.Min(bytes.Length, at + note.Length + 1);
            files.Write(Path.Combine(to, "ledger", "checkpoints", Path.GetFileName(source)), bytes.AsSpan(0, end));
            if (at >= 0) return;
        }
    }
}
