using EdgeGateway.Storage.Ledger;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Storage.Ledger;

public sealed class WalCutTests : IDisposable
{
    readonly TempFolder _folder = new(inMemory: true);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Cut_at_every_byte_of_its_last_two_frames_a_log_keeps_every_whole_frame_before()
    {
        using var wal = new LedgerWal(_folder.Path);
        for (var i = 0; i < 4; i++) wal.Append(TestLedger.Draft(2 * i), TestLedger.Draft(2 * i + 1));
        var (before, last) = (wal.Frames[^2], wal.Frames[^1]);
        using var file = File.OpenHandle(wal.Segment(1), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);

        for (var length = last.Offset + last.Blocks.Length; length >= before.Offset; length--)
        {
            RandomAccess.SetLength(file, length);

            var (result, entries) = wal.Scan();

            var whole = wal.Frames.Where(frame => frame.Offset + frame.Length <= length).ToList();
            var cut = wal.Frames[whole.Count < 4 ? whole.Count : 3];
            var torn = length < cut.Offset + cut.Length ? Math.Max(0, length - cut.Offset) : 0;
            Assert.Equal(whole.Sum(frame => frame.Count), entries.Count);
            Assert.Equal(whole.Sum(frame => frame.Count), result.NextIndex);
            Assert.Equal(whole[^1].Offset + whole[^1].Blocks.Length, result.End.Offset);
            Assert.InRange(result.TornBytes, 0, torn);
            Assert.Equal(cut.Blocks[..torn].AsSpan().LastIndexOfAnyExcept((byte)0) + 1, result.TornBytes);
        }
    }

    [Fact]
    public async Task A_ledger_whose_log_was_cut_opens_keeps_the_torn_frame_aside_and_seals_on()
    {
        using var killed = await TestLedger.KilledAsync(async ledger =>
        {
            for (var i = 0; i < 4; i++) await TestLedger.SealAsync(ledger, i, 1);
        });
        var wal = killed["ledger", "wal", WalFormat.SegmentName(1)];
        var bytes = await File.ReadAllBytesAsync(wal);
        var frames = Enumerable.Range(1, 5).Select(block => block * WalFormat.BlockBytes).ToList();
        var length = FrameReader.ClaimedLength(bytes.AsSpan(frames[4]));

        // Every 37th byte, and those around which something ends.
        var cuts = Enumerable.Range(0, length).Where(cut => cut % 37 == 0 || cut is 1 or 63 or 64 or 65 || cut >= length - 33);
        await Parallel.ForEachAsync(cuts, async (cut, _) =>
        {
            using var folder = killed.Copy();
            var path = folder["ledger", "wal", WalFormat.SegmentName(1)];
            await using (var stream = new FileStream(path, FileMode.Open)) stream.SetLength(frames[4] + cut);

            await using (var ledger = TestLedger.Open(folder))
            {
                Assert.Equal([0, 1, 2], TestLedger.Numbers(ledger));
                if (cut == 0)
                {
                    Assert.Null(ledger.Recovery.TornFrame);
                }
                else
                {
                    Assert.Equal(folder["ledger", "wal", $"torn-{WalFormat.SegmentName(1)}-{frames[4]:x8}"], ledger.Recovery.TornFrame);
                    var kept = await File.ReadAllBytesAsync(ledger.Recovery.TornFrame!, CancellationToken.None);
                    Assert.Equal(bytes.AsSpan(frames[4], cut).TrimEnd((byte)0).ToArray(), kept);
                }

                var outcome = (await TestLedger.SealAsync(ledger, 100, 1))[0];
                Assert.Equal(4, outcome.Index);
            }

            await using var again = TestLedger.Open(folder);
            Assert.Null(again.Recovery.TornFrame);
            Assert.Equal([0, 1, 2, 100], TestLedger.Numbers(again));
            Assert.Null(TestLedger.Verify(folder, again.Key));
        });
    }

    [Fact]
    public async Task A_torn_frame_is_reported_until_something_is_sealed_in_its_place()
    {
        using var folder = await TestLedger.KilledAsync(ledger => TestLedger.SealAsync(ledger, 0, 3));
        await using (var stream = new FileStream(folder["ledger", "wal", WalFormat.SegmentName(1)], FileMode.Open))
        {
            // One block after the genesis begins the frame of the three.
            stream.SetLength(2 * WalFormat.BlockBytes + 300);
        }

        byte[] first;
        var opened = TestLedger.Open(folder);
        first = await File.ReadAllBytesAsync(opened.Recovery.TornFrame!);
        await opened.DisposeAsync();

        await using var again = TestLedger.Open(folder);
        Assert.Equal(first, await File.ReadAllBytesAsync(again.Recovery.TornFrame!));
    }
}
