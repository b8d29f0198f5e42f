using System.Text;
using System.Text.Json.Nodes;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Files;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Texts;

namespace EdgeGateway.Backup;

/// <summary>
/// Copies a whole gateway at a checkpoint, also while it runs and also into the directory of an earlier backup, which then only gets
/// what is new. The ledger's key is never among it.
/// </summary>
/// <param name="step">Called now and then with what was done.</param>
sealed class BackupRun(string data, string directory, TimeProvider time, Action<string> step)
{
    const int CollectTries = 3;

    /// <summary>Before anything is signed or written.</summary>
    /// <exception cref="GatewayException">The directory is none for a backup of this gateway.</exception>
    public void CheckDirectory()
    {
        var (to, from) = (Real(directory), Real(data));
        if (to == from || to.StartsWith(from + "/", StringComparison.Ordinal) || from.StartsWith(to + "/", StringComparison.Ordinal))
        {
            throw Failure.Usage("backup.within", directory, data);
        }

        var isBackup = File.Exists(BackupManifest.PathIn(directory)) || File.Exists(BackupManifest.UnfinishedIn(directory));
        if (!isBackup && Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any())
        {
            throw Failure.Usage("backup.not-empty", directory);
        }

        if (!File.Exists(BackupManifest.PathIn(directory))) return;
        var first = ClosedLedger.FoldersIn(data) is [var oldest, ..] ? oldest : data;
        if (BackupManifest.Read(directory).Logs is [var log, ..] && log.Log != GenesisFile.Read(first).LeafHash)
        {
            throw Failure.Usage("backup.other", directory, log.Origin);
        }
    }

    /// <param name="state">What the gateway answered to <c>backup-state</c>.</param>
    public BackupManifest Run(JsonNode state, CancellationToken cancellationToken)
    {
        DurableDirectory.Create(directory, BackupFiles.FolderMode);
        var isSuspect = File.Exists(BackupManifest.UnfinishedIn(directory));
        AtomicFile.Write(BackupManifest.UnfinishedIn(directory), "A backup is being made here.\n"u8, BackupFiles.Mode);
        var files = new BackupFiles(directory, isSuspect);
        var copies = CopyLogs(state, files, cancellationToken);
        var objects = 0L;
        var (count, damaged) = ObjectCopy.Run(data, directory, files, () => step($"{++objects} objects"), cancellationToken);
        var small = WriteSmall(state, files);
        files.Sync();

        var logs = ClosedLedger.FoldersIn(directory).Select(folder => BackedUpLog.Of(ClosedLedger.Open(folder))).ToList();
        var manifest = new BackupManifest(time.GetUtcNow(), logs, count, small, damaged);
        manifest.Write(directory);
        File.Delete(BackupManifest.UnfinishedIn(directory));
        DurableDirectory.Sync(directory);
        foreach (var copy in copies) copy.RemoveEarlierPartials();
        return manifest;
    }

    List<LogCopy> CopyLogs(JsonNode state, BackupFiles files, CancellationToken cancellationToken)
    {
        var copies = new List<LogCopy>();
        var bundles = 0L;
        foreach (var folder in ClosedLedger.FoldersIn(data))
        {
            var ledger = ClosedLedger.Open(folder);
            var closed = new LogCopy(folder, ClosedLedger.FolderOf(directory, copies.Count + 1), ledger.Size, files);
            closed.Run(ledger.Key, ledger.Checkpoint.Note, null, () => step($"{++bundles} bundles of entries"), cancellationToken);
            copies.Add(closed);
        }

        var lastPayloads = state["lastPayloads"]?.GetValue<string>() is { } text ? Convert.FromBase64String(text) : null;
        var copy = new LogCopy(data, ClosedLedger.FolderOf(directory, copies.Count + 1), state["size"]!.GetValue<long>(), files);
        copy.Run(
            VerifierKey.Parse(state["key"]!.GetValue<string>()), Convert.FromBase64String(state["note"]!.GetValue<string>()), lastPayloads,
            () => step($"{++bundles} bundles of entries"), cancellationToken);
        copies.Add(copy);
        return copies;
    }

    Dictionary<string, Hash> WriteSmall(JsonNode state, BackupFiles files)
    {
        var small = new Dictionary<string, byte[]>
        {
            ["accounts.db"] = Convert.FromBase64String(state["accounts"]!.GetValue<string>()),
            ["repeats"] = Repeats(state["size"]!.GetValue<long>()),
            ["settings.txt"] = Encoding.UTF8.GetBytes(string.Concat(state["settings"]!.AsArray().Select(line => line!.GetValue<string>() + "\n"))),
        };
        foreach (var (name, profile) in state["profiles"]!.AsObject()) small[$"profiles/{name}"] = Convert.FromBase64String(profile!.GetValue<string>());
        foreach (var (name, bytes) in small) files.Write(Path.Combine(directory, name), bytes);
        return small.ToDictionary(file => file.Key, file => new Hash(System.Security.Cryptography.SHA256.HashData(file.Value)));
    }

    /// <summary>A gateway that runs may give a segment back while it is read.</summary>
    byte[] Repeats(long size)
    {
        for (var left = CollectTries; ; left--)
        {
            try
            {
                return CarriedRepeats.Collect(data, size);
            }
            catch (Exception e) when (left > 0 && e is (LedgerCorruptException or IOException))
            {
                step("the log moved on, read again");
            }
        }
    }

    static string Real(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return Directory.Exists(full) && new DirectoryInfo(full).ResolveLinkTarget(returnFinalTarget: true) is { } target ? target.FullName : full;
    }
}
