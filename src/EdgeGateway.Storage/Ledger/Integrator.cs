using EdgeGateway.Clocks;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Files;

namespace EdgeGateway.Storage.Ledger;

/// <summary>
/// Turns durable frames into what the world reads: bundles, private parts and tiles. It writes a bundle once it is full
/// and lets the log hold what is not; nothing it wrote is relied on before <see cref="MakeDurable"/>. One thread writes;
/// any number may read entries.
/// </summary>
sealed class Integrator : IDisposable
{
    /// <summary>Files that wait for a sync, and with them open descriptors; a bundle has three.</summary>
    const int MostPending = 600;

    readonly LedgerPaths _paths;
    readonly TreeEdge _edge;
    readonly SubjectHeads _heads;
    readonly RepeatFiles _repeatFiles;
    readonly SegmentPool _segments;
    readonly DiskRoom _room;
    readonly Lock _gate = new();
    readonly OpenBundle _open = new();
    readonly PendingFiles _pending = new();
    readonly PartialTiles _partials;

    // Holds nothing that would have to be disposed of, and may be cancelled after all else has ended.
    readonly CancellationTokenSource _abandon = new();

    readonly List<SealedRepeat> _newRepeats = [];
    readonly Queue<(long Segment, long FirstIndex)> _laterSegments = new();
    readonly FullTile _writeTile;
    LedgerState _state;
    Hash _log;
    long _newestAt;
    long _size;
    long _newestSegment;

    public Integrator(
        LedgerPaths paths, LedgerState state, SubjectHeads heads, RepeatFiles repeatFiles, SegmentPool segments, DiskRoom room)
    {
        _paths = paths;
        _state = state;
        _edge = TreeEdge.Restore(state.Size, state.Edge);
        _heads = heads;
        _repeatFiles = repeatFiles;
        _segments = segments;
        _room = room;
        _partials = new PartialTiles(paths, _pending);
        _partials.Adopt(state.SignedSize);
        _writeTile = (path, hashes) => Write(_paths.File(path), hashes);
        _open.Begin(state.Size / TilePath.FullWidth);
        _log = state.Log;
        _newestAt = UnixMicroseconds.Of(state.NewestAt);
        _size = state.Size;
        _newestSegment = state.FirstSegment;
    }

    /// <summary>Entries that can be read; every one of them is durable in the log at least.</summary>
    public long Size => Volatile.Read(ref _size);

    public LedgerState State => _state;

    /// <summary>The latest time of any entry since a person confirmed the clock, or of all.</summary>
    public DateTimeOffset NewestAt => UnixMicroseconds.ToTime(Volatile.Read(ref _newestAt));

    /// <summary>Leaf hash of entry 0.</summary>
    public Hash Log => _log;

    /// <summary>The tree over all that was integrated.</summary>
    public TreeEdge Edge => _edge;

    public SubjectHeads Heads => _heads;

    /// <summary>Called with the root when the tree passes the size that was signed last.</summary>
    public Action<Hash>? AtSignedSize { get; set; }

    /// <summary>
    /// Whether a full disk is waited out: the log holds what can't be written, and the writer takes nothing more. At
    /// start-up nobody is served yet, so there it is thrown.
    /// </summary>
    public bool WaitsForRoom { get; set; }

    public bool IsAbandoned => _abandon.IsCancellationRequested;

    /// <summary>Takes note of the checkpoint that is on show, whose partial tiles may be older than the last one signed.</summary>
    public void AdoptCheckpoint(long size) => _partials.Adopt(size);

    /// <summary>Takes a frame's entries; those that bundles hold already are passed over.</summary>
    /// <exception cref="StorageFullException">It was not to be waited for, or no longer. Nothing is lost, but this must not go on.</exception>
    public void Integrate(Frame frame)
    {
        if (frame.Segment > _newestSegment)
        {
            _newestSegment = frame.Segment;
            _laterSegments.Enqueue((frame.Segment, frame.FirstIndex));
        }

        var index = frame.FirstIndex;
        foreach (ref readonly var entry in frame.Entries)
        {
            if (index >= _size) Integrate(frame, entry, index);
            index++;
        }

        var retire = _laterSegments.TryPeek(out var later) && later.FirstIndex <= FullSize;
        if (retire || _pending.Count >= MostPending) Retire();
    }

    /// <summary>
    /// Syncs everything written and then says so in the state, together with what is about to be signed; retires the
    /// segments that are no longer needed.
    /// </summary>
    /// <exception cref="StorageFullException">The state is as it was; nothing is lost.</exception>
    public void MakeDurable(long signedSize, in Hash signedRoot)
    {
        _pending.Sync();
        _heads.Write(_paths.Heads);
        _repeatFiles.Append(_newRepeats);
        _newRepeats.Clear();

        var first = _state.FirstSegment;
        foreach (var later in _laterSegments)
        {
            if (later.FirstIndex <= FullSize) first = later.Segment;
        }

        var state = _state with
        {
            Size = FullSize,
            Edge = EdgeAt(FullSize),
            FirstSegment = first,
            SignedSize = signedSize,
            SignedRoot = signedRoot,
            NewestAt = NewestAt,
            Log = _log,
        };
        StateFile.Write(_paths.State, state);
        _state = state;
        _partials.MarkDurable();

        // Only now: until the state says so, a start would look for what goes away here.
        while (_laterSegments.TryPeek(out var later) && later.Segment <= first) _laterSegments.Dequeue();
        foreach (var segment in WalScan.Segments(_paths.Wal).TakeWhile(segment => segment < first))
        {
            _segments.Return(Path.Combine(_paths.Wal, WalFormat.SegmentName(segment)), segment);
        }

        _partials.RemoveBelow(state.Size);
    }

    /// <summary>Writes the partial tiles and the partial bundle that a checkpoint of the present size implies; not yet synced.</summary>
    /// <exception cref="StorageFullException">Call it again when there is room.</exception>
    public void WritePartials() => _partials.Write(Size, _open, _edge);

    /// <summary>Entries of the open bundle, or false where the index is in a closed one.</summary>
    public bool TryCopy(long index, int maximum, List<LedgerRecord> records)
    {
        lock (_gate)
        {
            if (index < _open.Number * TilePath.FullWidth) return false;
            for (var slot = (int)(index % TilePath.FullWidth); slot < _open.Count && records.Count < maximum; slot++)
            {
                records.Add(_open.Copy(slot));
            }

            return true;
        }
    }

    /// <summary>Stops waiting for room: what could not be written is in the log.</summary>
    public void Abandon() => _abandon.Cancel();

    public void Dispose() => _pending.Dispose();

    long FullSize => Size / TilePath.FullWidth * TilePath.FullWidth;

    void Integrate(Frame frame, in FrameEntry entry, long index)
    {
        _heads.Advance(entry.Subject, entry.Sequence, index, entry.LeafHash);
        if (index == 0) _log = entry.LeafHash;
        if (entry.Repeat is { } repeat) _newRepeats.Add(new SealedRepeat(repeat, index, entry.At, entry.LeafHash));
        _edge.Append(entry.LeafHash, _writeTile);
        lock (_gate) _open.Add(frame.Leaf(entry), frame.Salt(entry), frame.PrivatePart(entry));
        if (_open.Count == TilePath.FullWidth) CloseBundle();
        var at = UnixMicroseconds.Of(entry.At);
        Volatile.Write(ref _newestAt, entry.Subject == Subjects.Gateway && ClockConfirmation.Is(frame.Leaf(entry)) ? at : Math.Max(_newestAt, at));
        Volatile.Write(ref _size, index + 1);
        if (index + 1 == _state.SignedSize) AtSignedSize?.Invoke(_edge.Root());
    }

    void CloseBundle()
    {
        var number = _open.Number;
        Write(_paths.File(TilePath.ForEntries(number)), _open.Leaves);
        var (header, data) = _open.Payloads();
        Write(_paths.Payloads(number), header, data.Span);
        lock (_gate) _open.Begin(number + 1);
    }

    void Write(string path, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> more = default)
    {
        while (true)
        {
            try
            {
                _pending.Write(path, bytes, more);
                return;
            }
            catch (StorageFullException)
            {
                // Not lost: the log holds it. The writer takes nothing more until there is room again.
                _room.ReportFull();
                if (!WaitsForRoom || !_room.WaitForNextLook(_abandon.Token)) throw;
            }
        }
    }

    /// <summary>Gives segments back that bundles have made unneeded; where there is no room to say so, later.</summary>
    void Retire()
    {
        try
        {
            MakeDurable(_state.SignedSize, _state.SignedRoot);
        }
        catch (StorageFullException)
        {
            _room.ReportFull();
        }
    }

    // The levels above the lowest are the same at any size within one bundle; the lowest is empty at its beginning.
    List<ReadOnlyMemory<byte>> EdgeAt(long fullSize)
    {
        var levels = new List<ReadOnlyMemory<byte>>();
        for (var level = 0; level < TileMath.Levels(fullSize); level++)
        {
            levels.Add(level == 0 ? ReadOnlyMemory<byte>.Empty : _edge.Partial(level).ToArray());
        }

        return levels;
    }
}
