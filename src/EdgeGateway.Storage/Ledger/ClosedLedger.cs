using EdgeGateway.Ledger;
using EdgeGateway.Storage.Files;

namespace EdgeGateway.Storage.Ledger;

/// <summary>
/// A log that has ended, <c>logs/&lt;shard&gt;/</c> (docs/ledger-format.md section 9): a tlog-tiles folder of its final size with
/// its private parts, no write-ahead log and no secret key. Nothing is ever added; what tombstones name is cut out. Safe for any number of threads.
/// </summary>
public sealed class ClosedLedger : ILedgerReader
{
    readonly BundleReader _bundles;
    readonly ErasedParts _erased;

    ClosedLedger(string folder, Genesis genesis, SignedCheckpoint checkpoint, bool signedByRecovery)
    {
        Folder = folder;
        Genesis = genesis;
        Checkpoint = checkpoint;
        SignedByRecovery = signedByRecovery;
        _bundles = new BundleReader(new LedgerPaths(folder), checkpoint.Checkpoint.Size);
        _erased = new ErasedParts(new LedgerPaths(folder), checkpoint.Checkpoint.Size);
    }

    public string Folder { get; }

    /// <summary>The folder's name: <c>001</c>, <c>002</c>, …</summary>
    public string Shard => Path.GetFileName(Folder);

    public Genesis Genesis { get; }

    public string Origin => Genesis.Origin;

    public VerifierKey Key => Genesis.Key;

    /// <summary>The last one, over the whole log.</summary>
    public SignedCheckpoint Checkpoint { get; }

    /// <summary>Whether the recovery key signed the last checkpoint, because the log's own key was lost.</summary>
    public bool SignedByRecovery { get; }

    /// <summary>The key that signed the last checkpoint: a proof verifies with it.</summary>
    public VerifierKey CheckpointKey => SignedByRecovery ? Genesis.RecoveryKey : Genesis.Key;

    public long Size => Checkpoint.Checkpoint.Size;

    /// <summary>As the next log's genesis must have it.</summary>
    public LogEnd End => new(Origin, Size, Checkpoint.Checkpoint.Root, Key);

    /// <exception cref="LedgerCorruptException">It is not a closed log, or its checkpoint is by neither of its keys; names the file.</exception>
    public static ClosedLedger Open(string folder)
    {
        var paths = new LedgerPaths(Path.GetFullPath(folder));
        if (!File.Exists(paths.Checkpoint)) throw new LedgerCorruptException($"'{paths.Checkpoint}' is missing: restore this closed log from a backup.");
        var genesis = GenesisFile.Read(paths.Data);
        var kept = File.Exists(PublicKeyPath(folder)) ? File.ReadAllText(PublicKeyPath(folder)).Trim() : null;
        if (kept != genesis.Key.ToString())
        {
            throw new LedgerCorruptException($"'{PublicKeyPath(folder)}' is missing, or is not the key that entry 0 of {genesis.Origin} names ({genesis.Key}): restore this closed log from a backup.");
        }

        var note = File.ReadAllBytes(paths.Checkpoint);
        var byRecovery = false;
        if (!EdgeGateway.Ledger.Checkpoint.TryOpen(note, genesis.Key, genesis.Origin, out var checkpoint, out var error))
        {
            byRecovery = EdgeGateway.Ledger.Checkpoint.TryOpen(note, genesis.RecoveryKey, genesis.Origin, out checkpoint, out _);
            if (checkpoint is null) throw new LedgerCorruptException($"'{paths.Checkpoint}' is not to be believed: {error} Restore this closed log from a backup.");
        }

        return new ClosedLedger(paths.Data, genesis, new SignedCheckpoint(checkpoint, note, File.GetLastWriteTimeUtc(paths.Checkpoint)), byRecovery);
    }

    public static string PublicKeyPath(string folder) => Path.Combine(folder, "ledger.vkey");

    /// <summary>The closed logs of a data directory or of a backup, in order.</summary>
    public static IReadOnlyList<string> FoldersIn(string data)
    {
        var logs = Path.Combine(data, "logs");
        return Directory.Exists(logs) ? [.. Directory.GetDirectories(logs).Where(path => Path.GetFileName(path).All(char.IsAsciiDigit)).Order(StringComparer.Ordinal)] : [];
    }

    /// <summary>The name of the n-th log's folder, from 1.</summary>
    public static string FolderOf(string data, int number) =>
        Path.Combine(data, "logs", number.ToString("000", System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>The private parts of the entries of a bundle, as a closed log of this size names their file.</summary>
    public static string PayloadPath(string folder, long number, int width) => new LedgerPaths(folder).Payloads(number, width);

    /// <summary>Every tombstone of this log below this index is carried out, whichever log's item it names.</summary>
    public long ErasuresDone
    {
        get => _erased.ReadPosition();
        set => _erased.WritePosition(value);
    }

    /// <summary>Cuts private parts that tombstones name out of their bundles, the last partial one too; durable on return, and may be done twice.</summary>
    /// <exception cref="IOException">The disk failed or is full; the call may be repeated.</exception>
    public void Erase(IReadOnlyCollection<long> indices) => _erased.Erase(indices, durable: long.MaxValue);

    public IReadOnlyList<LedgerRecord> Read(long from, int maximum)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfNegative(maximum);
        var records = new List<LedgerRecord>(Math.Min(maximum, TilePath.FullWidth));
        while (records.Count < maximum && from + records.Count < Size) _bundles.Read(from + records.Count, maximum, records);
        return records;
    }

    /// <summary>A file of the tlog-tiles folder, or null where there is none.</summary>
    public ReadOnlyMemory<byte>? ReadTile(TilePath path) => _bundles.ReadFile(path);

    /// <summary>The same for smaller trees too: a log that came from a backup has the partial tiles of its last size alone, which begin with those of the smaller ones.</summary>
    public ReadOnlyMemory<byte>? ReadAnyTile(TilePath path)
    {
        var file = ReadTile(path);
        if (file is not null || !path.IsPartial) return file;
        var width = TileMath.Width(path.Level, path.Number, Size);
        return width > path.Width ? ReadTile(TilePath.ForHashes(path.Level, path.Number, width))?[..(path.Width * Hash.Length)] : null;
    }

    /// <summary>The note over the tree of this size, if it was ever on show.</summary>
    public byte[]? FindCheckpoint(long size, in Hash root) => CheckpointSearch.Find(new LedgerPaths(Folder).History, new EdgeGateway.Ledger.Checkpoint(Origin, size, root));

    /// <summary>The newest note on show that the log's own key signed; null where there is none.</summary>
    public byte[]? FindOwnCheckpoint() =>
        CheckpointSearch.Newest(new LedgerPaths(Folder).History, note => EdgeGateway.Ledger.Checkpoint.TryOpen(note, Key, Origin, out _, out _));

    /// <summary>
    /// Writes the private parts of the last bundle where that is partial, which until then only the write-ahead log has; durable
    /// on return.
    /// </summary>
    /// <param name="records">All entries of that bundle.</param>
    public static void WriteLastPayloads(string folder, IReadOnlyList<LedgerRecord> records)
    {
        if (records.Count is 0 or TilePath.FullWidth) return;
        var path = PayloadPath(folder, records[0].Index / TilePath.FullWidth, records.Count);
        DurableDirectory.Create(Path.GetDirectoryName(path)!);
        AtomicFile.Write(path, PayloadBundle.Encode(records), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
    }
}
