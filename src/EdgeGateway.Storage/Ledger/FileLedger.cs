using EdgeGateway.Evidence;
using EdgeGateway.Ledger;

namespace EdgeGateway.Storage.Ledger;

/// <summary>
/// The ledger of one data directory, open for sealing. One process at a time: whoever opens it holds the data directory's
/// lock. Safe for any number of threads.
/// </summary>
public sealed class FileLedger : ILedgerReader, IAsyncDisposable
{
    readonly LedgerPaths _paths;
    readonly LedgerWriter _writer;
    readonly Integrator _integrator;
    readonly WriteAheadLog _log;
    readonly LedgerLoop _loop;
    readonly BundleReader _bundles;
    readonly DiskRoom _room;
    readonly SecondPlace? _secondPlace;
    readonly ErasedParts _erased;
    Task _running = Task.CompletedTask;

    internal FileLedger(OpenedLedger opened, TimeProvider time)
    {
        _paths = opened.Paths;
        _writer = opened.Writer;
        _integrator = opened.Integrator;
        _log = opened.Log;
        _loop = new LedgerLoop(
            opened.Writer, opened.Integrator, new CheckpointWriter(opened.Paths, opened.LogKey.Name, opened.Signer, opened.SecondPlace), opened.Latest, time);
        _bundles = new BundleReader(opened.Paths);
        _room = opened.Room;
        _secondPlace = opened.SecondPlace;
        _erased = new ErasedParts(opened.Paths);
        Key = opened.LogKey;
        Recovery = opened.Recovery;
    }

    /// <summary>Opens the ledger, mends what a crash left, and starts sealing; makes a new one where there is none.</summary>
    /// <exception cref="LedgerCorruptException">It is damaged; the message names the file and what to do.</exception>
    /// <exception cref="Files.StorageFullException">There is no room to put in order what a crash left.</exception>
    public static FileLedger Open(LedgerSettings settings, IGatewayClock clock, TimeProvider time)
    {
        var ledger = new FileLedger(LedgerOpening.Open(settings, clock, time), time);
        ledger._running = ledger._loop.RunAsync();
        return ledger;
    }

    /// <summary>The ledger's public key; its name is the origin.</summary>
    public VerifierKey Key { get; }

    public string Origin => Key.Name;

    /// <summary>What opening found and did.</summary>
    public LedgerRecovery Recovery { get; }

    /// <summary>Entries that can be read; all of them are on disk.</summary>
    public long Size => _integrator.Size;

    /// <summary>Entries on disk, the newest of which may take a moment before they can be read.</summary>
    public long DurableSize => _writer.DurableSize;

    /// <summary>Entries that wait to be sealed.</summary>
    public int QueueDepth => _writer.Depth;

    /// <summary>Whether the disk has room to seal; false while it is full.</summary>
    public bool HasRoom => _room.IsEnough;

    /// <summary>Whether the disk has room for something of this size, and to seal it.</summary>
    public bool HasRoomFor(long bytes) => _room.IsEnoughFor(bytes);

    public long FreeBytes => _room.FreeBytes;

    /// <summary>Bytes of the disk that the ledger is on, free or not.</summary>
    public long DiskBytes => _room.DiskBytes;

    /// <summary>The oldest segment of the write-ahead log that is needed.</summary>
    public long FirstSegment => _integrator.State.FirstSegment;

    /// <summary>Every tombstone below this index is carried out, in the write-ahead log too.</summary>
    public long ErasuresDone
    {
        get => _erased.ReadPosition();
        set => _erased.WritePosition(value);
    }

    /// <summary>Bytes of the write-ahead log on disk.</summary>
    public long WalBytes => Directory.GetFiles(_paths.Wal).Sum(LengthOf);

    /// <summary>The floor of the clock: the latest time of any entry that can be read, since a person confirmed the clock.</summary>
    public DateTimeOffset NewestAt => _integrator.NewestAt;

    /// <summary>The checkpoint published last; null before the first.</summary>
    public SignedCheckpoint? Latest => _loop.Latest;

    /// <summary>Why the second place does not know what was signed last, in a sentence; null where it does or none is set.</summary>
    public string? SecondPlaceError => _secondPlace?.Error;

    /// <summary>Why nothing is signed any more, in a sentence; null while it is.</summary>
    public string? SigningRefusal => _loop.SigningRefusal;

    /// <summary>Ends when the ledger is closed; faults when sealing failed, and then the process must stop.</summary>
    public Task Completion => _running;

    /// <summary>
    /// Hands an entry over, waiting while the queue is full; its outcome tells when it is on disk. False once the ledger
    /// closes or has failed: the outcome is then <see cref="SealStatus.Unavailable"/>.
    /// </summary>
    public async ValueTask<bool> SubmitAsync(EntryDraft draft, CancellationToken cancellationToken)
    {
        do
        {
            if (_writer.Drafts.TryWrite(draft)) return true;
        }
        while (await _writer.Drafts.WaitToWriteAsync(cancellationToken));

        draft.Complete(SealOutcome.Unavailable);
        return false;
    }

    public IReadOnlyList<LedgerRecord> Read(long from, int maximum)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfNegative(maximum);
        var records = new List<LedgerRecord>(Math.Min(maximum, TilePath.FullWidth));
        while (records.Count < maximum && from + records.Count < Size)
        {
            var next = from + records.Count;
            if (!_integrator.TryCopy(next, maximum, records)) _bundles.Read(next, maximum, records);
        }

        _erased.Hide(records);
        return records;
    }

    /// <summary>
    /// Destroys private parts that tombstones name; from now on <see cref="Read"/> shows none of them, also where the
    /// bundle that is to hold them is not full yet and they can't be cut out of it.
    /// </summary>
    /// <returns>Those that could not be cut out yet: call it again for them later.</returns>
    /// <exception cref="IOException">The disk failed or is full; the call may be repeated.</exception>
    public IReadOnlyList<long> Erase(IReadOnlyCollection<long> indices) => _erased.Erase(indices, _integrator.State.Size);

    /// <inheritdoc cref="WriteAheadLog.Retire"/>
    public long RetireLog(long newest) => _log.Retire(newest);

    /// <summary>Where a subject's chain ends, as far as entries can be read; null if it has none.</summary>
    public async Task<(long Sequence, long Index, Hash LeafHash)?> FindHeadAsync(string subject, CancellationToken cancellationToken)
    {
        var asked = new TaskCompletionSource<SubjectHead?>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_writer.WorkWriter.TryWrite(new IntegratorWork { Subject = subject, Head = asked })) throw LedgerLoop.Closed();
        return await asked.Task.WaitAsync(cancellationToken) is { } head ? (head.Sequence, head.Index, head.LeafHash) : null;
    }

    /// <summary>Returns once every entry acknowledged before the call can be read.</summary>
    /// <exception cref="LedgerClosedException">The ledger was closed before.</exception>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        var target = DurableSize;
        while (Size < target) await WaitForMoreAsync(Size, cancellationToken);
    }

    /// <summary>Returns once there are more entries than <paramref name="size"/>.</summary>
    /// <exception cref="LedgerClosedException">The ledger was closed before.</exception>
    public async Task WaitForMoreAsync(long size, CancellationToken cancellationToken)
    {
        while (Size <= size)
        {
            var more = _loop.More;
            if (Size > size) return;
            await more.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Signs the tree over everything acknowledged so far and publishes it; the last one where there is no news.</summary>
    /// <exception cref="Files.StorageFullException">There is no room; the last checkpoint stands.</exception>
    /// <exception cref="SigningRefusedException">It was forbidden, or the second place forbids it.</exception>
    public Task<SignedCheckpoint> CheckpointAsync(CancellationToken cancellationToken)
    {
        var signed = new TaskCompletionSource<SignedCheckpoint>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_writer.WorkWriter.TryWrite(new IntegratorWork { Checkpoint = signed })) throw LedgerLoop.Closed();
        return signed.Task.WaitAsync(cancellationToken);
    }

    /// <summary>
    /// Signs nothing from now on, not on closing either: somebody else has seen this key sign another history. What is
    /// sealed stays as it is.
    /// </summary>
    /// <param name="reason">In a sentence, with the remedy.</param>
    public void RefuseSigning(string reason) => _loop.RefuseSigning(reason);

    /// <summary>The note over the tree of this size, if it was ever on show; looked for in the history, the newest month first.</summary>
    public byte[]? FindCheckpoint(long size, in Hash root) =>
        Latest is { } latest && latest.Checkpoint.Size == size && latest.Checkpoint.Root == root
            ? latest.Note
            : CheckpointSearch.Find(_paths.History, new Checkpoint(Origin, size, root));

    /// <summary>A file of the tlog-tiles folder, or null where there is none.</summary>
    public ReadOnlyMemory<byte>? ReadTile(TilePath path) => _bundles.ReadFile(path);

    /// <summary>
    /// Seals what waits, signs the last checkpoint and closes. On a full disk both are left to the next start: what waits
    /// is answered <see cref="SealStatus.Unavailable"/>. Throws what <see cref="Completion"/> failed with.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        _writer.Drafts.TryComplete();
        _integrator.Abandon();
        try
        {
            await _running;
        }
        finally
        {
            _integrator.Dispose();
            _log.Dispose();
        }
    }

    static long LengthOf(string path)
    {
        try
        {
            return new FileInfo(path).Length;
        }
        catch (FileNotFoundException)
        {
            // A segment was taken into use or retired since the folder was listed.
            return 0;
        }
    }
}
