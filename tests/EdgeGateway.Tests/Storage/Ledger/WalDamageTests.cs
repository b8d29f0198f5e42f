using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Storage.Ledger;

public sealed class WalDamageTests : IDisposable
{
    readonly TempFolder _folder = new(inMemory: true);
    readonly LedgerWal _wal;

    public WalDamageTests()
    {
        _wal = new LedgerWal(_folder.Path);
        for (var i = 0; i < 4; i++) _wal.Append(TestLedger.Draft(i));
    }

    public void Dispose()
    {
        _wal.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_flipped_byte_anywhere_in_an_earlier_frame_refuses_and_names_segment_and_offset()
    {
        var damaged = _wal.Frames[1];
        for (var at = 0; at < damaged.Length; at++)
        {
            using (Flip(1, damaged.Offset + at))
            {
                var refusal = Assert.Throws<LedgerCorruptException>(() => _wal.Scan());

                Assert.Contains(_wal.Segment(1), refusal.Message, StringComparison.Ordinal);
                Assert.Contains($"the frame at offset {damaged.Offset}", refusal.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_flipped_byte_anywhere_in_the_last_frame_is_a_torn_write()
    {
        var last = _wal.Frames[^1];
        for (var at = 0; at < last.Length; at++)
        {
            using (Flip(1, last.Offset + at))
            {
                var (result, entries) = _wal.Scan();

                Assert.Equal([0L, 1, 2], entries);
                Assert.Equal((3L, last.Offset), (result.NextIndex, result.End.Offset));
                Assert.InRange(result.TornBytes, 1, last.Length + 1);
            }
        }
    }

    [Fact]
    public void A_flipped_byte_behind_a_frame_s_end_is_unused_space()
    {
        var frame = _wal.Frames[1];
        using (Flip(1, frame.Offset + frame.Length))
        {
            Assert.Equal(4, _wal.Scan().Result.NextIndex);
        }
    }

    [Fact]
    public void A_flipped_byte_anywhere_in_a_segment_s_header_refuses()
    {
        for (var at = 0; at < WalFormat.BlockBytes; at += at < 100 ? 1 : 331)
        {
            using (Flip(1, at))
            {
                var refusal = Assert.Throws<LedgerCorruptException>(() => _wal.Scan());

                Assert.Contains($"'{_wal.Segment(1)}' at offset 0", refusal.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_damaged_last_frame_with_a_later_segment_behind_it_refuses()
    {
        _wal.Roll();
        _wal.Append(TestLedger.Draft(4));
        var last = _wal.Frames[3];
        for (var at = 0; at < last.Length; at++)
        {
            using (Flip(1, last.Offset + at)) Assert.Throws<LedgerCorruptException>(() => _wal.Scan());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_removed_segment_with_one_behind_it_refuses_and_is_named(int removed)
    {
        for (var i = 0; i < 2; i++)
        {
            _wal.Roll();
            _wal.Append(TestLedger.Draft(10 + i));
        }

        File.Delete(_wal.Segment(removed));

        var refusal = Assert.Throws<LedgerCorruptException>(() => _wal.Scan());
        Assert.Contains($"lacks segment {WalFormat.SegmentName(removed)}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_frame_cut_off_the_end_of_a_segment_with_one_behind_it_refuses()
    {
        _wal.Roll();
        _wal.Append(TestLedger.Draft(4));
        using (var file = File.OpenHandle(_wal.Segment(1), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            RandomAccess.SetLength(file, _wal.Frames[3].Offset);
        }

        var refusal = Assert.Throws<LedgerCorruptException>(() => _wal.Scan());
        Assert.Contains("does not follow the segment before it", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_that_begins_behind_what_is_needed_refuses()
    {
        _wal.Roll();
        _wal.Append(TestLedger.Draft(4));

        Assert.Equal(5, _wal.Scan(neededFrom: 4, firstSegment: 2).Result.NextIndex);
        Assert.Throws<LedgerCorruptException>(() => _wal.Scan(neededFrom: 3, firstSegment: 2));
    }

    [Fact]
    public void A_whole_frame_that_does_not_follow_the_one_before_refuses_although_it_is_the_last()
    {
        // The last frame again behind itself: whole, of this segment, and in no place where a writer puts it.
        var last = _wal.Frames[^1];
        using (var file = File.OpenHandle(_wal.Segment(1), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            RandomAccess.Write(file, last.Blocks, last.Offset + last.Blocks.Length);
        }

        var refusal = Assert.Throws<LedgerCorruptException>(() => _wal.Scan());
        Assert.Contains("does not follow", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Frames_of_an_earlier_use_of_a_segment_are_never_read()
    {
        // Segment 2 is made of what segment 1 was, and its own frames end where old ones go on.
        File.Copy(_wal.Segment(1), Path.Combine(_folder.Path, "spare-1"));
        var pool = new SegmentPool(_folder.Path, LedgerSettings.SmallestSegmentBytes);
        pool.Return(Path.Combine(_folder.Path, "spare-1"), 1);
        using var wal = WriteAheadLog.Continue(
            _folder.Path, LedgerSettings.SmallestSegmentBytes, pool, _wal.Scan().Result.End);
        wal.Roll(4);

        var (result, entries) = _wal.Scan();
        Assert.Equal([0L, 1, 2, 3], entries);
        Assert.Equal((2L, (long)WalFormat.BlockBytes, 0), (result.End.Segment, result.End.Offset, result.TornBytes));
    }

    [Fact]
    public void A_torn_frame_in_a_used_again_segment_takes_none_of_the_old_bytes_for_new_frames()
    {
        File.Copy(_wal.Segment(1), Path.Combine(_folder.Path, "spare-1"));
        var pool = new SegmentPool(_folder.Path, LedgerSettings.SmallestSegmentBytes);
        pool.Return(Path.Combine(_folder.Path, "spare-1"), 1);
        _wal.Dispose();
        using var wal = WriteAheadLog.Continue(
            _folder.Path, LedgerSettings.SmallestSegmentBytes, pool, _wal.Scan().Result.End);
        wal.Roll(4);
        var frame = new Frame(1 << 20);
        FrameReader.Restore(_wal.Frames[0].Blocks.AsSpan(0, _wal.Frames[0].Length), frame, "");
        frame.Seal(2, 4, wal.Chain);
        wal.Append(frame);

        // The end of the frame did not reach the disk: what was there before still stands there.
        using (var file = File.OpenHandle(_wal.Segment(2), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            RandomAccess.Write(file, _wal.Frames[0].Blocks.AsSpan(200), WalFormat.BlockBytes + 200);
        }

        var (result, entries) = _wal.Scan();
        Assert.Equal([0L, 1, 2, 3], entries);
        Assert.Equal((4L, 2L), (result.NextIndex, result.End.Segment));
        Assert.True(result.TornBytes > 0);
    }

    Flipped Flip(long segment, int offset) => new(_wal.Segment(segment), offset);

    /// <summary>A byte turned over, and back again.</summary>
    sealed class Flipped : IDisposable
    {
        readonly string _path;
        readonly int _offset;

        public Flipped(string path, int offset)
        {
            _path = path;
            _offset = offset;
            Turn();
        }

        public void Dispose() => Turn();

        void Turn()
        {
            using var file = File.OpenHandle(_path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            Span<byte> one = stackalloc byte[1];
            Assert.Equal(1, RandomAccess.Read(file, one, _offset));
            one[0] ^= 0xFF;
            RandomAccess.Write(file, one, _offset);
        }
    }
}
