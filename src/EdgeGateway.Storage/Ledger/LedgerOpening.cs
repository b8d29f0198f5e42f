using EdgeGateway.Ledger;
using EdgeGateway.Storage.Files;

namespace EdgeGateway.Storage.Ledger;

/// <summary>
/// Brings a ledger up: reads the state, the heads and the log's tail, and nothing that grows with the ledger. What a crash
/// left is mended without anyone's help; what no crash leaves is refused.
/// </summary>
static class LedgerOpening
{
    public static OpenedLedger Open(LedgerSettings settings, IGatewayClock clock, TimeProvider time)
    {
        settings.Check();
        var paths = new LedgerPaths(settings.Data);
        DurableDirectory.Create(paths.Wal);
        RemoveLeftovers(paths);
        var segments = new SegmentPool(paths.Wal, settings.SegmentBytes);
        segments.Clear();
        var room = new DiskRoom(paths.Ledger, settings.ReserveBytes, time);
        return File.Exists(paths.State)
            ? Continue(settings, paths, segments, clock, room)
            : NewLedger.Create(settings, paths, segments, clock, room);
    }

    static OpenedLedger Continue(LedgerSettings settings, LedgerPaths paths, SegmentPool segments, IGatewayClock clock, DiskRoom room)
    {
        var state = StateFile.Read(paths.State);

        // First, because the disk then reads while the rest is prepared.
        WalSegment.Settle(paths.Wal);
        var repeats = new RepeatWindow(settings.RepeatEntries);
        var repeatFiles = new RepeatFiles(paths.Repeats, settings.RepeatEntries);

        // The longest single part of a start, and nothing before the log's tail needs it.
        var loading = Task.Run(() =>
        {
            CarriedRepeats.Load(paths.Carried, repeats);
            repeatFiles.Load(repeats, state.Size);
        });
        try
        {
            return Continue(settings, paths, segments, clock, room, state, repeats, repeatFiles, loading);
        }
        finally
        {
            // Also where something was refused: it mends files, and must be done before the directory's lock is given up.
            Task.WaitAny(loading);
        }
    }

    static OpenedLedger Continue(
        LedgerSettings settings, LedgerPaths paths, SegmentPool segments, IGatewayClock clock, DiskRoom room,
        LedgerState state, RepeatWindow repeats, RepeatFiles repeatFiles, Task loading)
    {
        var key = settings.RecoveryKey ?? ReadKey(settings, state);
        var logKey = settings.RecoveryKey is null ? key.Verifier : CheckRecovery(paths, state, key);
        var latest = ReadCheckpoint(paths, [logKey, key.Verifier], state, out var damaged);
        var secondPlace = SecondPlace.Of(settings, paths, logKey);
        secondPlace?.Check(state.SignedSize, state.SignedRoot);
        EdgeCheck.Run(paths, state);
        var heads = SubjectHeads.Read(paths.Heads);
        var integrator = new Integrator(paths, state, heads, repeatFiles, segments, room) { AtSignedSize = root => CheckSigned(paths, state, root) };
        if (latest is not null) integrator.AdoptCheckpoint(latest.Checkpoint.Size);
        if (state.SignedSize == state.Size && state.Size > 0) CheckSigned(paths, state, integrator.Edge.Root());

        var known = heads.Size;
        loading.GetAwaiter().GetResult();
        var scan = WalScan.Run(
            paths.Wal, state.FirstSegment, state.Size, new Frame(WalFormat.LargestFrameBytes), frame => Take(frame, state.Size, repeats, integrator));
        if (scan.NextIndex == 0 && state.SignedSize == 0 && known == 0)
        {
            // A crash while the ledger was being made: entry 0 never reached the disk, so nothing was sealed.
            integrator.Dispose();
            return NewLedger.Create(settings, paths, segments, clock, room);
        }

        known = Math.Max(known, Math.Max(state.SignedSize, state.Size));
        if (scan.NextIndex < known || heads.Size != scan.NextIndex)
        {
            throw new LedgerCorruptException(
                $"The log in '{paths.Wal}' ends before entry {scan.NextIndex}, but {known} entries are known to have been sealed. Entries are missing: restore the log that belongs to this ledger.");
        }

        var torn = WalSegment.Mend(paths.Wal, settings.SegmentBytes, scan);
        if (damaged is not null) PutAside(paths, damaged);
        var log = WriteAheadLog.Continue(paths.Wal, settings.SegmentBytes, segments, scan.End);
        var writer = new LedgerWriter(settings, log, heads.Copy(), repeats, integrator.Log, integrator.NewestAt, clock, room);

        // The recovery key closes a log: what it signs is the end, and no state to compare a later start with.
        return new OpenedLedger(paths, logKey, key, writer, integrator, log, latest, new LedgerRecovery(null, torn, damaged), room)
        {
            SecondPlace = settings.RecoveryKey is null ? secondPlace : null,
        };
    }

    /// <summary>Before anything could be signed with it: the key from paper must be the one that this log's genesis names.</summary>
    /// <returns>The log's own key, which is lost.</returns>
    static VerifierKey CheckRecovery(LedgerPaths paths, LedgerState state, SigningKey recovery)
    {
        var genesis = GenesisFile.Read(paths.Data);
        if (LedgerKeys.Identity(genesis.Key) != state.Key)
        {
            throw new LedgerCorruptException($"Entry 0 names the key {genesis.Key}, but '{paths.State}' knows of another one: they do not belong together. Restore those that do.");
        }

        return genesis.RecoveryKey.Equals(recovery.Verifier)
            ? genesis.Key
            : throw new LedgerCorruptException(
                $"The recovery key that was given is {recovery.Verifier}, but the log {genesis.Origin} names {genesis.RecoveryKey}. Give the one that was printed for this log; nothing was changed.");
    }

    static SigningKey ReadKey(LedgerSettings settings, LedgerState state)
    {
        var key = LedgerKeys.Read(settings.Data);
        return LedgerKeys.Identity(key.Verifier) == state.Key
            ? key
            : throw new LedgerCorruptException(
                $"'{LedgerKeys.SecretPath(settings.Data)}' holds the key {key.Verifier}, which is not the one that signs this ledger. Put the right one back.");
    }

    static void Take(Frame frame, long from, RepeatWindow repeats, Integrator integrator)
    {
        var index = frame.FirstIndex;
        foreach (ref readonly var entry in frame.Entries)
        {
            if (index == integrator.Heads.Size) CheckContinues(frame, entry, index, integrator);
            if (index >= from && entry.Repeat is { } repeat) repeats.Remember(repeat, index, entry.At, entry.LeafHash);
            index++;
        }

        integrator.Integrate(frame);
    }

    /// <summary>The first new entry of a frame; those behind it are tied to it by the frame's hash.</summary>
    static void CheckContinues(Frame frame, in FrameEntry entry, long index, Integrator integrator)
    {
        Hash? log = index == 0 ? null : integrator.Log;
        if (LeafHead.TryRead(frame.Leaf(entry), out var head) && head.Log == log && head.Previous == integrator.Heads.Find(entry.Subject)?.LeafHash) return;
        throw new LedgerCorruptException(
            $"Entry {index} of the write-ahead log does not continue this ledger's entries: this log and this ledger do not belong together. Restore those that do.");
    }

    static void CheckSigned(LedgerPaths paths, LedgerState state, Hash root)
    {
        if (root == state.SignedRoot) return;
        throw new LedgerCorruptException(
            $"The log in '{paths.Wal}' gives another tree of {state.SignedSize} entries than the one that was signed. The gateway does not sign a second history: restore the log that belongs to this ledger.");
    }

    /// <param name="damaged">Where a checkpoint that is not ours is to be put; null where there is none.</param>
    static SignedCheckpoint? ReadCheckpoint(LedgerPaths paths, VerifierKey[] keys, LedgerState state, out string? damaged)
    {
        damaged = null;
        if (!File.Exists(paths.Checkpoint)) return null;
        var note = File.ReadAllBytes(paths.Checkpoint);
        Checkpoint? checkpoint = null;
        if (!keys.Any(key => Checkpoint.TryOpen(note, key, keys[0].Name, out checkpoint, out _)))
        {
            damaged = $"{paths.Checkpoint}.damaged-{Merkle.LeafHash(note).ToString()[..16]}";
            return null;
        }

        // The state is durable before a signature is on show, so no crash leaves it behind one.
        if (checkpoint!.Size > state.SignedSize || checkpoint.Size == state.SignedSize && checkpoint.Root != state.SignedRoot)
        {
            throw new LedgerCorruptException(
                $"'{paths.Checkpoint}' signs {checkpoint.Size} entries, but '{paths.State}' knows of a signature over {state.SignedSize} as the last: the ledger was set back to an earlier state, or its key has signed elsewhere. The gateway does not sign a second history: restore what belongs to this checkpoint.");
        }

        return new SignedCheckpoint(checkpoint, note, File.GetLastWriteTimeUtc(paths.Checkpoint));
    }

    /// <summary>The next checkpoint replaces it; what stood there may be evidence of who changed it.</summary>
    static void PutAside(LedgerPaths paths, string damaged)
    {
        DurableFile.Rename(paths.Checkpoint, damaged);
        DurableDirectory.Sync(paths.Ledger);
    }

    static void RemoveLeftovers(LedgerPaths paths)
    {
        AtomicFile.RemoveLeftovers(paths.Ledger);
        AtomicFile.RemoveLeftovers(paths.Wal);
        LedgerKeys.RemoveLeftovers(paths.Data);
    }
}

/// <summary>A ledger's parts, ready to run.</summary>
/// <param name="Signer">Signs checkpoints: the log's own key, or the recovery key where that is lost.</param>
sealed record OpenedLedger(
    LedgerPaths Paths, VerifierKey LogKey, SigningKey Signer, LedgerWriter Writer, Integrator Integrator, WriteAheadLog Log, SignedCheckpoint? Latest,
    LedgerRecovery Recovery, DiskRoom Room)
{
    /// <summary>Null where none is set.</summary>
    public SecondPlace? SecondPlace { get; init; }
}

/// <summary>What opening a ledger found and did.</summary>
/// <param name="Created">Set when the ledger is new.</param>
/// <param name="TornFrame">The file that now holds a torn write, or null. Nobody was told that its entries were safe.</param>
/// <param name="DamagedCheckpoint">The file that now holds a checkpoint which was not ours, or null.</param>
public sealed record LedgerRecovery(NewLedgerFacts? Created, string? TornFrame, string? DamagedCheckpoint);

/// <param name="RecoveryKey">Secret: to be shown once and kept on paper.</param>
/// <param name="RecoveryKeyFile">Holds it, mode 0600: to be deleted once it is on paper.</param>
public sealed record NewLedgerFacts(string RecoveryKey, string RecoveryKeyFile);
