using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;

namespace EdgeGateway.Tests.Support;

/// <summary>A write-ahead log made frame by frame, as the writer makes it, and what it is made of.</summary>
sealed class LedgerWal : IDisposable
{
    readonly Frame _frame = new(WalFormat.LargestFrameBytes);
    readonly SubjectHeads _heads = SubjectHeads.Empty();
    readonly LeafWriter _leaves = new();
    readonly WriteAheadLog _log;
    readonly string _directory;
    int _offset = WalFormat.BlockBytes;

    public LedgerWal(string directory)
    {
        _directory = directory;
        _log = WriteAheadLog.Create(directory, LedgerSettings.SmallestSegmentBytes, new SegmentPool(directory, LedgerSettings.SmallestSegmentBytes));
        _leaves.SetClock(new TestClock().Read());
    }

    public List<LedgerWalFrame> Frames { get; } = [];

    public string Segment(long number) => Path.Combine(_directory, WalFormat.SegmentName(number));

    public LedgerWalFrame Append(params EntryDraft[] drafts)
    {
        var frame = new Frame(1 << 20);
        foreach (var draft in drafts)
        {
            var head = _heads.Find(draft.Subject);
            var sequence = (head?.Sequence ?? 0) + 1;
            var at = new TestClock().Time.GetUtcNow();
            var hash = _leaves.Write(draft, at, null, sequence, head?.LeafHash, RepeatFacts.None);
            frame.Add(draft.Subject, sequence, hash, at, _leaves.Leaf, draft.PrivatePart.Salt, draft.PrivatePart.PrivatePart, draft.Repeat);
            _heads.Advance(draft.Subject, sequence, _heads.Size, hash);
        }

        frame.Seal(_log.Segment, _heads.Size - drafts.Length, _log.Chain);
        _log.Append(frame);
        Frames.Add(new LedgerWalFrame(
            _log.Segment, _offset, FrameReader.ClaimedLength(frame.Blocks), frame.FirstIndex, drafts.Length, frame.Blocks.ToArray()));
        _offset += frame.Blocks.Length;
        return Frames[^1];
    }

    public void Roll()
    {
        _log.Roll(_heads.Size);
        _offset = WalFormat.BlockBytes;
    }

    /// <summary>Reads the log as a start does.</summary>
    /// <returns>What was found, and the index of every entry that was visited.</returns>
    public (WalScanResult Result, List<long> Entries) Scan(long neededFrom = 0, long firstSegment = 1)
    {
        var entries = new List<long>();
        var result = WalScan.Run(_directory, firstSegment, neededFrom, _frame, frame =>
        {
            for (var i = 0; i < frame.Count; i++) entries.Add(frame.FirstIndex + i);
        });
        return (result, entries);
    }

    public void Dispose() => _log.Dispose();
}

/// <param name="Length">Without padding.</param>
sealed record LedgerWalFrame(long Segment, int Offset, int Length, long FirstIndex, int Count, byte[] Blocks);
