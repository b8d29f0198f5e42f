using EdgeGateway.Devices.Serial;
using EdgeGateway.Devices.Serial.Generic;
using EdgeGateway.Profiles;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Devices.Serial.Generic;

public sealed class LengthFramerTests
{
    static readonly LengthFraming Framing = new("AA55", 2, 2, true, 6, FrameChecksum.Crc16Modbus, 64);
    static readonly byte[] Good = Frame([1, 2, 3, 0xAA, 0x55, 9, 0xAA]);

    [Fact]
    public void Frames_cut_at_any_byte_come_out_whole()
    {
        byte[] two = [.. Good, .. Good];
        for (var cut = 0; cut <= two.Length; cut++)
        {
            var chunks = FramerReading.Read(new LengthFramer(Framing), two[..cut], two[cut..]);
            Assert.Equal([Good, Good], chunks.Select(chunk => chunk.Bytes.ToArray()));
        }
    }

    [Fact]
    public void A_frame_cut_short_anywhere_gives_way_to_the_good_ones_behind_it()
    {
        for (var cut = 1; cut < Good.Length; cut++)
        {
            byte[] input = [.. Good[..cut], .. Good, .. Good, .. Good];
            var chunks = FramerReading.Read(new LengthFramer(Framing), input);

            Assert.Equal(input, FramerReading.All(chunks));
            Assert.Equal(3, chunks.Count(chunk => chunk.Kind == SerialChunkKind.Frame));
        }
    }

    [Fact]
    public void A_flipped_bit_never_gives_a_frame_and_the_next_one_is_found()
    {
        for (var bit = 0; bit < Good.Length * 8; bit++)
        {
            var flipped = (byte[])Good.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            byte[] input = [.. flipped, .. Good, .. Good, .. Good, .. Good];

            var chunks = FramerReading.Read(new LengthFramer(Framing), input);

            Assert.Equal(input, FramerReading.All(chunks));
            Assert.Equal(4, chunks.Count(chunk => chunk.Kind == SerialChunkKind.Frame));
        }
    }

    [Fact]
    public void A_wrong_checksum_is_told_from_noise()
    {
        var wrong = Frame([1, 2, 3]);
        wrong[^1] ^= 1;

        Assert.Equal(
            [SerialChunkKind.Noise, SerialChunkKind.WrongChecksum, SerialChunkKind.Frame],
            FramerReading.Read(new LengthFramer(Framing), [7, 7, .. wrong, .. Good]).Select(chunk => chunk.Kind));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(58, 1)]
    [InlineData(59, 0)]
    public void A_length_beyond_the_longest_frame_is_noise_at_once(int content, int frames)
    {
        var chunks = FramerReading.Read(new LengthFramer(Framing), Frame(new byte[content]));

        Assert.Equal(frames, chunks.Count(chunk => chunk.Kind == SerialChunkKind.Frame));
        var framer = new LengthFramer(Framing);
        framer.Feed([0xAA, 0x55, 0xFF, 0xFF, .. Good]);
        Assert.True(framer.TryRead(out var noise));
        Assert.Equal((SerialChunkKind.Noise, 4), (noise.Kind, noise.Bytes.Length));
        Assert.True(framer.TryRead(out var frame));
        Assert.Equal(Good, frame.Bytes.ToArray());
    }

    [Theory]
    [InlineData(FrameChecksum.None, "010201C3")]
    [InlineData(FrameChecksum.Xor, "010301C3C0")]
    [InlineData(FrameChecksum.Sum, "010301C3C8")]
    [InlineData(FrameChecksum.Crc16Modbus, "010403C34C51")]
    public void Each_checksum_is_known(FrameChecksum checksum, string frame)
    {
        var framing = new LengthFraming("01", 1, 1, false, frame.Length / 2 - Convert.FromHexString(frame)[1], checksum, 16);
        var bytes = Convert.FromHexString(frame);
        if (checksum == FrameChecksum.Crc16Modbus)
        {
            var crc = Checksums.Crc16Modbus(bytes.AsSpan()[..^2]);
            bytes[^2] = (byte)(crc & 0xFF);
            bytes[^1] = (byte)(crc >> 8);
        }

        Assert.Equal(SerialChunkKind.Frame, Assert.Single(FramerReading.Read(new LengthFramer(framing), bytes)).Kind);
    }

    [Fact]
    public void The_check_value_of_the_CRC_is_that_of_Modbus() => Assert.Equal(0x4B37, Checksums.Crc16Modbus("123456789"u8));

    [Fact]
    public void Whatever_comes_no_byte_is_lost_and_every_frame_is_one() => Fuzz(10_000);

    internal static void Fuzz(int inputs)
    {
        var random = new Random(20261127);
        for (var round = 0; round < inputs; round++)
        {
            var input = FramerReading.Some(random, () => Frame([.. Enumerable.Range(0, random.Next(59)).Select(_ => (byte)random.Next(256))]));
            var chunks = FramerReading.ReadInPieces(new LengthFramer(Framing), input, random);

            Assert.Equal(input, FramerReading.All(chunks));
            foreach (var chunk in chunks)
            {
                Assert.InRange(chunk.Bytes.Length, 1, SerialFramers.MaximumNoiseBytes);
                if (chunk.Kind == SerialChunkKind.Frame) Assert.Equal(Frame(chunk.Bytes[4..^2].ToArray()), chunk.Bytes.ToArray());
            }
        }
    }

    static byte[] Frame(byte[] content)
    {
        byte[] frame = [0xAA, 0x55, (byte)(content.Length & 0xFF), (byte)(content.Length >> 8), .. content];
        var crc = Checksums.Crc16Modbus(frame);
        return [.. frame, (byte)(crc & 0xFF), (byte)(crc >> 8)];
    }
}
