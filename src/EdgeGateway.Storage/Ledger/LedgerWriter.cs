using System.Threading.Channels;
using EdgeGateway.Clocks;
using EdgeGateway.Evidence;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Files;

namespace EdgeGateway.Storage.Ledger;

/// <summary>
/// The only writer: takes what waits, gives each entry its place, writes all of it as one frame, syncs once, and only then
/// answers. Everything it needs to know is in memory, so its cost does not depend on the ledger's size.
/// </summary>
sealed class LedgerWriter(
    LedgerSettings settings, WriteAheadLog log, SubjectHeads heads, RepeatWindow repeats, Hash? firstLeaf, DateTimeOffset newestAt,
    IGatewayClock clock, DiskRoom room)
{
    /// <summary>One is written while the integrator works on the others. When it falls behind, the writer waits.</summary>
    const int FramesInMemory = 4;

    readonly Channel<EntryDraft> _drafts = Channel.CreateBounded<EntryDraft>(new BoundedChannelOptions(settings.QueueLength)
    {
        // Full means wait: back-pressure reaches the device, and nothing is dropped.
        FullMode = BoundedChannelFullMode.Wait,
        SingleReader = true,
    });

    readonly Channel<Frame> _free = Channel.CreateBounded<Frame>(FramesInMemory);
    readonly Channel<IntegratorWork> _work = Channel.CreateUnbounded<IntegratorWork>(new UnboundedChannelOptions { SingleReader = true });
    readonly List<(EntryDraft Draft, SealOutcome Outcome)> _answers = [];
    readonly LeafWriter _leaves = new();
    EntryDraft? _placing;
    DateTimeOffset _newestAt = newestAt;
    Hash? _firstLeaf = firstLeaf;
    long _durable = heads.Size;

    public ChannelWriter<EntryDraft> Drafts => _drafts.Writer;

    public int Depth => _drafts.Reader.Count;

    public ChannelReader<IntegratorWork> Work => _work.Reader;

    public ChannelWriter<IntegratorWork> WorkWriter => _work.Writer;

    /// <summary>Entries on disk.</summary>
    public long DurableSize => Volatile.Read(ref _durable);

    /// <summary>Gives a frame back that the integrator is done with.</summary>
    public void Release(Frame frame) => _free.Writer.TryWrite(frame);

    /// <summary>No frame comes back any more: <see cref="RunAsync"/> ends with those it has.</summary>
    public void StopReleasing() => _free.Writer.TryComplete();

    /// <summary>
    /// Runs until the drafts are completed and all of them are sealed, or until there are no frames any more. A failed
    /// write or sync is thrown: what waits is answered <see cref="SealStatus.Unavailable"/>, and the process must not seal
    /// again before a restart.
    /// </summary>
    public async Task RunAsync()
    {
        for (var i = 0; i < FramesInMemory; i++) Release(new Frame(settings.FrameBytes));
        try
        {
            while (await _drafts.Reader.WaitToReadAsync())
            {
                if (!_free.Reader.TryRead(out var frame)) frame = await WaitForFrameAsync();
                if (frame is null) return;
                WriteFrame(frame);
            }
        }
        finally
        {
            _drafts.Writer.TryComplete();
            foreach (var (draft, _) in _answers) draft.Complete(SealOutcome.Unavailable);
            _placing?.Complete(SealOutcome.Unavailable);
            RefuseWaiting();
        }
    }

    async Task<Frame?> WaitForFrameAsync()
    {
        var next = _free.Reader.WaitToReadAsync().AsTask();
        while (!next.IsCompleted)
        {
            // The integrator may be waiting for room on the disk, and then nobody should wait for it in vain.
            if (!room.IsEnough) RefuseWaiting();
            await Task.WhenAny(next, room.NextLookAsync(CancellationToken.None));
        }

        return await next && _free.Reader.TryRead(out var frame) ? frame : null;
    }

    void WriteFrame(Frame frame)
    {
        frame.Reset();
        if (!TryMakeRoom())
        {
            RefuseWaiting();
            Release(frame);
            return;
        }

        var now = ReadClock();
        var first = _durable;
        while (frame.HasRoom && _answers.Count < settings.QueueLength && _drafts.Reader.TryRead(out _placing)) Place(_placing, frame, now);
        if (frame.Count == 0)
        {
            Release(frame);
        }
        else
        {
            frame.Seal(log.Segment, first, log.Chain);
            log.Append(frame);
            Volatile.Write(ref _durable, first + frame.Count);
            _work.Writer.TryWrite(new IntegratorWork { Frame = frame });
        }

        // The newest first: a connection waits for its oldest, and when that is known so are all of the frame, for one write.
        for (var i = _answers.Count - 1; i >= 0; i--) _answers[i].Draft.Complete(_answers[i].Outcome);
        _answers.Clear();
    }

    void Place(EntryDraft draft, Frame frame, DateTimeOffset now)
    {
        var facts = RepeatFacts.None;
        if (draft.Repeat is { } identity)
        {
            if (repeats.FindSame(identity, now) is { } same)
            {
                _answers.Add((draft, new SealOutcome(SealStatus.Repeated, same.Index, same.LeafHash, same.At)));
                return;
            }

            facts = repeats.Facts(identity, now);
        }

        var index = heads.Size;
        var head = heads.Find(draft.Subject);
        var sequence = (head?.Sequence ?? 0) + 1;
        var leafHash = _leaves.Write(draft, now, _firstLeaf, sequence, head?.LeafHash, facts);
        _firstLeaf ??= leafHash;

        // A person said that this is the time, also where it lies before earlier entries.
        if (draft.Kind == EntryKind.Clock && ClockConfirmation.Is(_leaves.Leaf)) _newestAt = now;
        frame.Add(draft.Subject, sequence, leafHash, now, _leaves.Leaf, draft.PrivatePart.Salt, draft.PrivatePart.PrivatePart, draft.Repeat);
        heads.Advance(draft.Subject, sequence, index, leafHash);
        if (draft.Repeat is { } remembered) repeats.Remember(remembered, index, now, leafHash);
        _answers.Add((draft, new SealOutcome(SealStatus.Sealed, index, leafHash, now)));
    }

    /// <summary>Answers all that wait now; whoever hands something over later is looked at anew.</summary>
    void RefuseWaiting()
    {
        for (var left = settings.QueueLength; left > 0 && _drafts.Reader.TryRead(out var refused); left--)
        {
            refused.Complete(SealOutcome.Unavailable);
        }
    }

    bool TryMakeRoom()
    {
        if (!room.IsEnough) return false;
        if (log.HasRoomFor(settings.FrameBytes)) return true;
        try
        {
            log.Roll(_durable);
            return true;
        }
        catch (StorageFullException)
        {
            room.ReportFull();
            return false;
        }
    }

    /// <summary>Times in the ledger are as the clock gives them, also when it steps back: the entry says that it did.</summary>
    DateTimeOffset ReadClock()
    {
        var reading = clock.Read();
        var now = UnixMicroseconds.Truncate(reading.Utc);
        if (now < _newestAt) reading = reading with { State = ClockState.BelowFloor };
        else _newestAt = now;
        _leaves.SetClock(reading);
        return now;
    }
}
