using System.Buffers.Binary;
using System.Security.Cryptography;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Storage.Ledger;

public sealed class FrameReaderTests
{
    static readonly Hash Chain = Hash.Parse(new string('c', 64));

    readonly Frame _restored = new(WalFormat.LargestFrameBytes);

    [Fact]
    public void A_frame_comes_back_as_it_was_built()
    {
        var frame = Sample();

        Assert.Equal(FrameReader.Finding.Good, Look(frame.Blocks, out var length));
        FrameReader.Restore(frame.Blocks[..length], _restored, "");

        Assert.Equal(frame.Hash, _restored.Hash);
        Assert.Equal(frame.Entries.ToArray(), _restored.Entries.ToArray());
        Assert.Equal(frame.Blocks.ToArray(), _restored.Blocks.ToArray());
    }

    [Fact]
    public void Cut_at_every_byte_a_frame_is_never_good()
    {
        var frame = Sample();
        Look(frame.Blocks, out var length);
        for (var cut = 1; cut < length; cut++)
        {
            Assert.Equal(FrameReader.Finding.Bad, Look(frame.Blocks[..cut], out _));
        }
    }

    [Fact]
    public void A_flipped_bit_anywhere_is_never_good()
    {
        var blocks = Sample().Blocks.ToArray();
        Look(blocks, out var length);
        for (var bit = 0; bit < 8 * length; bit++)
        {
            blocks[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(FrameReader.Finding.Good, Look(blocks, out _));
            blocks[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Whatever_a_block_holds_looking_at_it_never_fails()
    {
        var random = new Random(20261122);
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = new byte[random.Next(0, 300)];
            random.NextBytes(bytes);
            if (round % 2 == 0) WalFormat.FrameMagic[..Math.Min(4, bytes.Length)].CopyTo(bytes);
            if (round % 3 == 0 && bytes.Length >= 64) Sample().Blocks[..64].CopyTo(bytes);
            Assert.NotEqual(FrameReader.Finding.Good, Look(bytes, out _));
        }
    }

    [Fact]
    public void A_frame_whose_hash_holds_over_any_content_is_taken_whole_or_refused()
    {
        // Someone who can write the disk can make any hash hold: that must not be more than a refusal.
        var random = new Random(20261123);
        var sample = Sample().Blocks.ToArray();
        Look(sample, out var length);
        var (taken, refused) = (0, 0);
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = sample[..length];
            for (var changes = random.Next(1, 4); changes > 0; changes--) bytes[random.Next(24, length - 32)] = (byte)random.Next(256);
            SHA256.HashData(bytes.AsSpan(0, length - 32), bytes.AsSpan(length - 32));
            if (Look(bytes, out var found) is not FrameReader.Finding.Good) continue;
            try
            {
                FrameReader.Restore(bytes.AsSpan(0, found), _restored, "x");
                taken++;
            }
            catch (LedgerCorruptException)
            {
                refused++;
            }
        }

        Assert.True(taken > 100 && refused > 100, $"{taken} taken, {refused} refused");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public void A_payload_length_that_no_frame_has_is_never_good(int payload)
    {
        var blocks = Sample().Blocks.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(blocks.AsSpan(28), payload);
        Assert.Equal(FrameReader.Finding.Bad, Look(blocks, out _));
    }

    [Fact]
    public void A_block_of_zeros_and_one_of_another_segment_hold_no_frame()
    {
        Assert.Equal(FrameReader.Finding.Nothing, Look(new byte[WalFormat.BlockBytes], out _));
        Assert.Equal(FrameReader.Finding.Nothing, FrameReader.Look(Sample().Blocks, 8, 1000, Hash.Parse(new string('d', 64)), out _));
    }

    [Fact]
    public void An_entry_of_the_largest_size_fits_into_a_frame_that_has_room()
    {
        var frame = new Frame(LedgerSettings.SmallestSegmentBytes / 4);
        var leaf = new byte[LedgerRecord.MaximumLeafBytes];
        var part = new byte[LedgerRecord.MaximumPrivateBytes];
        var count = 0;
        for (; frame.HasRoom; count++)
        {
            frame.Add("gateway", 1, default, default, leaf, new byte[32], part, RepeatIdentity.Of("a", "b", default, TimeSpan.Zero));
        }

        frame.Seal(1, 0, default);
        Assert.Equal(3, count);
        Assert.True(frame.Blocks.Length <= LedgerSettings.SmallestSegmentBytes / 4);
    }

    static FrameReader.Finding Look(ReadOnlySpan<byte> bytes, out int length) => FrameReader.Look(bytes, 7, 1000, Chain, out length);

    internal static Frame Sample()
    {
        var frame = new Frame(1 << 16);
        var leaves = new LeafWriter();
        leaves.SetClock(new TestClock().Read());
        var at = new TestClock().Time.GetUtcNow();
        for (var i = 0; i < 3; i++)
        {
            var repeat = i == 0 ? (RepeatIdentity?)null : RepeatIdentity.Of("cam-01", i == 1 ? "e" : null, Chain, TimeSpan.FromDays(7));
            var draft = TestLedger.Draft(i, repeat: repeat);
            var hash = leaves.Write(draft, at, Chain, i + 1, null, RepeatFacts.None);
            frame.Add(draft.Subject, i + 1, hash, at, leaves.Leaf, draft.PrivatePart.Salt, draft.PrivatePart.PrivatePart, repeat);
        }

        frame.Seal(7, 1000, Chain);
        return frame;
    }
}
