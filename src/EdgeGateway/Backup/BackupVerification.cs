using EdgeGateway.Gateway;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Texts;
using EdgeGateway.Verification;

namespace EdgeGateway.Backup;

/// <summary>What reading a backup again found.</summary>
/// <param name="Fault">The first thing that is wrong, in a sentence; null if nothing is.</param>
sealed record BackupReport(BackupManifest Manifest, IReadOnlyList<VerificationReport> Logs, string? Fault);

/// <summary>Reads all of a backup again: every log with its private parts and media, the endorsements between them, the small files.</summary>
static class BackupVerification
{
    /// <exception cref="GatewayException">There is no backup there.</exception>
    public static BackupReport Run(string directory, IProgress<(long Done, long Of)>? progress, CancellationToken cancellationToken)
    {
        if (File.Exists(BackupManifest.UnfinishedIn(directory)))
        {
            throw Failure.Of("backup.cut-off", directory);
        }

        var manifest = BackupManifest.Read(directory);
        if (SmallFault(directory, manifest) is { } small) return new BackupReport(manifest, [], small);
        var logs = AllLogsVerification.RunBackup(directory, progress, cancellationToken);
        return new BackupReport(manifest, logs, logs is [.., { Fault: { } fault }] ? fault.Sentence : SizeFault(directory, manifest));
    }

    static string? SmallFault(string directory, BackupManifest manifest)
    {
        foreach (var (name, digest) in manifest.Files)
        {
            var path = Path.GetFullPath(Path.Combine(directory, name));
            if (!path.StartsWith(Path.GetFullPath(directory) + "/", StringComparison.Ordinal)) return $"backup.json names '{Evidence.DisplayText.Of(name)}', which is not in the backup.";
            if (!File.Exists(path)) return $"'{path}' is missing.";
            if (BackupFiles.DigestOf(path) != digest) return $"'{path}' is not what was backed up: it has another digest.";
        }

        return manifest.Damaged is [var name0, ..] ? $"The object {name0} was damaged when the backup was made, and is not in it." : null;
    }

    static string? SizeFault(string directory, BackupManifest manifest)
    {
        var there = ClosedLedger.FoldersIn(directory).Select(folder => BackedUpLog.Of(ClosedLedger.Open(folder))).ToList();
        if (there.Count == 0) return $"There is no log in '{directory}'.";
        return there.SequenceEqual(manifest.Logs) ? null : $"The logs in '{directory}' are not those that backup.json names: files of several backups are mixed.";
    }
}
