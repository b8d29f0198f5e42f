using System.Text;
using EdgeGateway.Devices.Serial;
using EdgeGateway.Devices.Serial.Generic;
using EdgeGateway.Profiles;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Devices.Serial.Generic;

public sealed class DelimiterFramerTests
{
    static readonly DelimiterFraming Lines = new("", "0D0A", 32);
    static readonly DelimiterFraming Marked = new("02", "03", 32);

    static readonly byte[] Line = "weight 12345\r\n"u8.ToArray();
    static readonly byte[] Mark = "\u0002weight 12345\u0003"u8.ToArray();

    [Fact]
    public void Frames_cut_at_any_byte_come_out_whole()
    {
        foreach (var (framing, frame) in new[] { (Lines, Line), (Marked, Mark) })
        {
            byte[] two = [.. frame, .. frame];
            for (var cut = 0; cut <= two.Length; cut++)
            {
                var chunks = FramerReading.Read(new DelimiterFramer(framing), two[..cut], two[cut..]);
                Assert.Equal([frame, frame], chunks.Select(chunk => chunk.Bytes.ToArray()));
                Assert.All(chunks, chunk => Assert.Equal(SerialChunkKind.Frame, chunk.Kind));
            }
        }
    }

    [Fact]
    public void A_frame_is_given_out_with_its_last_byte()
    {
        var framer = new DelimiterFramer(Lines);
        framer.Feed(Line.AsSpan()[..^1]);
        Assert.False(framer.TryRead(out _));

        framer.Feed(Line.AsSpan()[^1..]);
        Assert.True(framer.TryRead(out _));
    }

    [Fact]
    public void With_a_start_a_frame_cut_short_anywhere_gives_way_to_the_good_one_behind_it()
    {
        for (var cut = 1; cut < Mark.Length; cut++)
        {
            var chunks = FramerReading.Read(new DelimiterFramer(Marked), [.. Mark[..cut], .. Mark]);

            Assert.Equal([(SerialChunkKind.Noise, cut), (SerialChunkKind.Frame, Mark.Length)], chunks.Select(chunk => (chunk.Kind, chunk.Bytes.Length)));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("\r")]
    [InlineData("\r\r")]
    [InlineData("x\r")]
    public void What_is_too_long_is_noise_up_to_the_next_end(string before)
    {
        var bytes = Encoding.ASCII.GetBytes(new string('x', 5000) + before + "\r\n");
        foreach (var size in (int[])[1, 7, 4000])
        {
            byte[] input = [.. bytes, .. Line];
            var chunks = FramerReading.Read(new DelimiterFramer(Lines), [.. input.Chunk(size)]);

            Assert.Equal(input, FramerReading.All(chunks));
            Assert.All(chunks.SkipLast(1), chunk => Assert.Equal(SerialChunkKind.Noise, chunk.Kind));
            Assert.All(chunks, chunk => Assert.InRange(chunk.Bytes.Length, 1, SerialFramers.MaximumNoiseBytes));
            Assert.Equal((SerialChunkKind.Frame, Line.Length), (chunks[^1].Kind, chunks[^1].Bytes.Length));
        }
    }

    [Fact]
    public void The_longest_frame_is_one_and_one_byte_more_is_noise()
    {
        foreach (var (content, kind) in new[] { (30, SerialChunkKind.Frame), (31, SerialChunkKind.Noise) })
        {
            var bytes = Encoding.ASCII.GetBytes(new string('x', content) + "\r\n");
            foreach (var size in (int[])[1, 32, 100])
            {
                var chunks = FramerReading.Read(new DelimiterFramer(Lines), [.. ((byte[])[.. bytes, .. Line]).Chunk(size)]);
                Assert.All(chunks.SkipLast(1), chunk => Assert.Equal(kind, chunk.Kind));
                Assert.Equal(Line, chunks[^1].Bytes.ToArray());
            }
        }
    }

    [Fact]
    public void Nothing_between_two_ends_is_noise_and_a_good_frame_behind_long_garbage_is_found()
    {
        Assert.Equal([SerialChunkKind.Noise, SerialChunkKind.Frame], FramerReading.Read(new DelimiterFramer(Lines), [.. "\r\n"u8, .. Line]).Select(chunk => chunk.Kind));

        var chunks = FramerReading.Read(new DelimiterFramer(Marked), [.. Encoding.ASCII.GetBytes(new string('x', 3000)), .. Mark]);
        Assert.Equal(Mark, chunks[^1].Bytes.ToArray());
        Assert.Equal(SerialChunkKind.Frame, chunks[^1].Kind);
    }

    [Fact]
    public void Whatever_comes_no_byte_is_lost_and_every_frame_is_one() => Fuzz(10_000);

    internal static void Fuzz(int inputs)
    {
        var random = new Random(20261126);
        for (var round = 0; round < inputs; round++)
        {
            var framing = round % 2 == 0 ? Lines : Marked;
            var input = FramerReading.Some(random, () => (byte[])(round % 2 == 0 ? Line : Mark).Clone());
            var chunks = FramerReading.ReadInPieces(new DelimiterFramer(framing), input, random);

            Assert.Equal(input, FramerReading.All(chunks));
            foreach (var chunk in chunks)
            {
                if (chunk.Kind != SerialChunkKind.Frame) Assert.InRange(chunk.Bytes.Length, 1, SerialFramers.MaximumNoiseBytes);
                else Assert.True(IsFrame(framing, chunk.Bytes.Span));
            }
        }
    }

    [Fact]
    public void How_the_bytes_are_split_makes_no_difference_to_what_is_a_frame()
    {
        var random = new Random(212);
        for (var round = 0; round < 2_000; round++)
        {
            var framing = round % 2 == 0 ? Lines : Marked;
            var input = FramerReading.Some(random, () => (byte[])(round % 2 == 0 ? Line : Mark).Clone());

            Assert.Equal(
                Frames(FramerReading.Read(new DelimiterFramer(framing), [.. input.Chunk(1)])),
                Frames(FramerReading.ReadInPieces(new DelimiterFramer(framing), input, random)));
        }
    }

    static List<string> Frames(List<SerialChunk> chunks) =>
        [.. chunks.Where(chunk => chunk.Kind == SerialChunkKind.Frame).Select(chunk => Convert.ToHexString(chunk.Bytes.Span))];

    static bool IsFrame(DelimiterFraming framing, ReadOnlySpan<byte> frame)
    {
        var start = Convert.FromHexString(framing.Start);
        var end = Convert.FromHexString(framing.End);
        return frame.Length <= framing.MaximumFrameBytes && frame.StartsWith(start) && frame.IndexOf(end) == frame.Length - end.Length
            && (start.Length == 0 || frame.LastIndexOf(start) == 0);
    }
}
