using System.Text;
using EdgeGateway.Devices.Serial;
using EdgeGateway.Devices.Serial.Hj212;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Devices.Serial.Hj212;

public sealed class Hj212FramerTests
{
    static readonly byte[] Good = Hj212Vectors.Bytes(Hj212Vectors.Realtime);
    static readonly byte[] Bad = Hj212Vectors.Bytes(Hj212Vectors.WrongCrc);

    [Trait("Ask", "Framing by grammar, not by timing")]
    [Theory]
    [MemberData(nameof(Hj212Vectors.Right), MemberType = typeof(Hj212Vectors))]
    public void A_frame_cut_at_any_byte_comes_out_whole(string frame)
    {
        var bytes = Hj212Vectors.Bytes(frame);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var chunk = Assert.Single(Read(bytes[..cut], bytes[cut..]));
            Assert.Equal(SerialChunkKind.Frame, chunk.Kind);
            Assert.Equal(bytes, chunk.Bytes.ToArray());
        }
    }

    [Fact]
    public void Frames_fed_byte_by_byte_come_out_one_by_one()
    {
        byte[] all = [.. Good, .. Bad, .. Good];

        Assert.Equal(
            [SerialChunkKind.Frame, SerialChunkKind.WrongChecksum, SerialChunkKind.Frame],
            Read([.. all.Select(b => new[] { b })]).Select(chunk => chunk.Kind));
    }

    [Fact]
    public void A_frame_is_given_out_with_its_last_byte()
    {
        var framer = new Hj212Framer();
        framer.Feed(Good.AsSpan()[..^1]);
        Assert.False(framer.TryRead(out _));

        framer.Feed(Good.AsSpan()[^1..]);
        Assert.True(framer.TryRead(out _));
    }

    [Fact]
    public void A_frame_cut_short_anywhere_does_not_hold_back_the_good_one_behind_it()
    {
        for (var cut = 1; cut < Good.Length; cut++)
        {
            var framer = new Hj212Framer();
            framer.Feed([.. Good[..cut], .. Good]);
            var chunks = ReadAll(framer);

            Assert.Equal([SerialChunkKind.Noise, SerialChunkKind.Frame], chunks.Select(chunk => chunk.Kind));
            Assert.Equal(Good[..cut], chunks[0].Bytes.ToArray());
            Assert.Equal(Good, chunks[1].Bytes.ToArray());
        }
    }

    [Fact]
    public void A_frame_cut_short_whose_length_ends_with_the_good_one_gives_way_to_it()
    {
        // The header claims just what follows it, good frame included, up to the good frame's checksum.
        var lead = "ST=23;CN=2011;"u8.ToArray();
        byte[] all = [.. Encoding.ASCII.GetBytes($"##{lead.Length + Good.Length - 6:D4}"), .. lead, .. Good];

        var chunks = Read(all);

        Assert.Equal([SerialChunkKind.Noise, SerialChunkKind.Frame], chunks.Select(chunk => chunk.Kind));
        Assert.Equal(Good, chunks[1].Bytes.ToArray());
    }

    [Theory]
    [InlineData("#")]
    [InlineData("##")]
    [InlineData("###")]
    [InlineData("#######")]
    [InlineData("##01")]
    [InlineData("##9999")]
    [InlineData("##1025")]
    [InlineData("##01x1")]
    [InlineData("\r\n")]
    [InlineData("\0\0\0")]
    [InlineData("##0003abc12G4\r\n")]
    [InlineData("##0003abc1234\n\r")]
    public void Noise_before_and_after_a_frame_comes_out_as_noise(string noise)
    {
        var around = Encoding.Latin1.GetBytes(noise);

        var chunks = Read([.. around, .. Good, .. around]);

        Assert.Equal([SerialChunkKind.Noise, SerialChunkKind.Frame, SerialChunkKind.Noise], chunks.Select(chunk => chunk.Kind));
        Assert.Equal(around, chunks[0].Bytes.ToArray());
        Assert.Equal(around, chunks[2].Bytes.ToArray());
    }

    [Fact]
    public void Long_noise_comes_out_in_pieces_of_bounded_size()
    {
        var noise = new byte[(3 * SerialFramers.MaximumNoiseBytes) + 5];

        Assert.Equal([1024, 1024, 1024, 5], Read(noise).Select(chunk => chunk.Bytes.Length));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1024)]
    public void The_shortest_and_the_longest_data_segment_are_frames(int length)
    {
        var frame = Hj212Frame.Encode(Encoding.ASCII.GetBytes(new string('#', length)));

        var chunk = Assert.Single(Read(frame));

        Assert.Equal(SerialChunkKind.Frame, chunk.Kind);
        Assert.Equal(length, Hj212Framer.Data(chunk.Bytes).Length);
    }

    [Fact]
    public void A_longer_data_segment_is_refused_on_the_way_out() =>
        Assert.Throws<ArgumentException>(() => Hj212Frame.Encode(new byte[1025]));

    [Fact]
    public void A_flipped_bit_never_gives_the_frame_that_was_sent()
    {
        for (var bit = 0; bit < Good.Length * 8; bit++)
        {
            var flipped = (byte[])Good.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));

            var chunks = Read(flipped);

            Assert.Equal(flipped, chunks.SelectMany(chunk => chunk.Bytes.ToArray()));
            // The case of a checksum's letter is the one bit that says nothing.
            Assert.DoesNotContain(chunks, chunk => chunk.Kind == SerialChunkKind.Frame && !SameIgnoringCase(chunk.Bytes.Span));
        }
    }

    [Fact]
    public void Whatever_comes_no_byte_is_lost_and_every_frame_is_one() => Fuzz(10_000);

    internal static void Fuzz(int inputs)
    {
        var random = new Random(20170401);
        for (var round = 0; round < inputs; round++)
        {
            var input = Some(random);
            var framer = new Hj212Framer();
            var chunks = new List<SerialChunk>();
            for (var position = 0; position < input.Length;)
            {
                var count = Math.Min(random.Next(1, 200), input.Length - position);
                framer.Feed(input.AsSpan(position, count));
                position += count;
                while (framer.TryRead(out var chunk)) chunks.Add(chunk);
            }

            while (framer.TryFlush(out var rest)) chunks.Add(rest);

            Assert.Equal(input, chunks.SelectMany(chunk => chunk.Bytes.ToArray()));
            foreach (var chunk in chunks)
            {
                Assert.InRange(chunk.Bytes.Length, 1, Hj212Framer.MaximumFrameBytes);
                Assert.Equal(chunk.Kind != SerialChunkKind.Noise, Hj212Framer.IsFrame(chunk.Bytes.Span));
                if (chunk.Kind != SerialChunkKind.Noise) Assert.Equal(chunk.Kind == SerialChunkKind.Frame, Hj212Framer.CrcIsRight(chunk.Bytes.Span));
                if (chunk.Kind == SerialChunkKind.Frame) Assert.Equal(Hj212View.Read(chunk.Bytes).Error is null, Hj212Frame.TryParse(Hj212Framer.Data(chunk.Bytes).Span, out _, out _));
            }
        }
    }

    static bool SameIgnoringCase(ReadOnlySpan<byte> bytes) =>
        Encoding.Latin1.GetString(bytes).Equals(Encoding.Latin1.GetString(Good), StringComparison.OrdinalIgnoreCase);

    // Good frames, broken ones, what begins like one, and plain noise, glued together.
    static byte[] Some(Random random)
    {
        var bytes = new List<byte>();
        for (var piece = random.Next(1, 5); piece > 0; piece--)
        {
            var frame = random.Next(2) == 0 ? Good : Hj212Frame.Encode(Encoding.ASCII.GetBytes($"ST=31;CN=2011;MN={random.Next()};CP=&&&&"));
            switch (random.Next(5))
            {
                case 0:
                    bytes.AddRange(frame);
                    break;
                case 1:
                    bytes.AddRange(frame[..random.Next(frame.Length)]);
                    break;
                case 2:
                    var damaged = (byte[])frame.Clone();
                    damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                    bytes.AddRange(damaged);
                    break;
                case 3:
                    bytes.AddRange(Encoding.ASCII.GetBytes($"##{random.Next(1100):D4}"));
                    break;
                default:
                    var noise = new byte[random.Next(300)];
                    random.NextBytes(noise);
                    bytes.AddRange(noise);
                    break;
            }
        }

        return [.. bytes];
    }

    static List<SerialChunk> Read(params byte[][] pieces)
    {
        var framer = new Hj212Framer();
        var chunks = new List<SerialChunk>();
        foreach (var piece in pieces)
        {
            framer.Feed(piece);
            chunks.AddRange(ReadAll(framer));
        }

        while (framer.TryFlush(out var rest)) chunks.Add(rest);
        return chunks;
    }

    static List<SerialChunk> ReadAll(Hj212Framer framer)
    {
        var chunks = new List<SerialChunk>();
        while (framer.TryRead(out var chunk)) chunks.Add(chunk);
        return chunks;
    }
}
