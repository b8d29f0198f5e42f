using System.Buffers;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Devices.Mqtt;

public sealed class PacketFramerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    public void Packets_come_out_as_they_went_in_however_the_bytes_are_cut(int piece)
    {
        byte[] stream = [.. MqttPackets.Publish("a", new byte[300]), 0xC0, 0, .. MqttPackets.Publish("b", [1, 2, 3])];
        var framer = new PacketFramer();
        var input = MqttPieces.Of(stream, piece);
        Assert.Equal(FrameStatus.Complete, framer.Take(ref input, out _, out var first));
        Assert.Equal(305, first.Length);
        Assert.Equal(FrameStatus.Complete, framer.Take(ref input, out var ping, out _));
        Assert.Equal(0xC0, ping.First);
        Assert.Equal(FrameStatus.Complete, framer.Take(ref input, out _, out var last));
        Assert.Equal([0, 1, (byte)'b', 0, 1, 1, 2, 3], last.ToArray());
        Assert.Equal(FrameStatus.Incomplete, framer.Take(ref input, out _, out _));
        Assert.True(input.IsEmpty);
    }

    [Fact]
    public void A_packet_that_claims_too_much_is_known_by_its_header()
    {
        var framer = new PacketFramer { Limit = 100 };
        var input = new ReadOnlySequence<byte>([0x32, 0xFF, 0xFF, 0xFF, 0x7F, 1, 2]);
        Assert.Equal(FrameStatus.Oversized, framer.Take(ref input, out _, out var beginning));
        Assert.Equal([1, 2], beginning.ToArray());
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(100_000)]
    public void An_oversized_packet_is_skipped_up_to_its_end_where_that_is_wanted(int size)
    {
        var packet = MqttPackets.Publish("a", new byte[size]);
        var framer = new PacketFramer { Limit = 100, SkipsOversized = true };
        var buffered = 0L;
        var at = 0;
        var rest = Array.Empty<byte>();
        while (true)
        {
            rest = [.. rest, .. packet.AsSpan(at, Math.Min(512, packet.Length - at))];
            at = Math.Min(at + 512, packet.Length);
            var input = new ReadOnlySequence<byte>(rest);
            var status = framer.Take(ref input, out _, out var beginning);
            rest = input.ToArray();
            buffered = Math.Max(buffered, rest.Length);
            if (status == FrameStatus.Incomplete) continue;
            Assert.Equal((FrameStatus.Oversized, packet.Length), (status, at));
            Assert.Equal(packet[FixedHeaderLength(size)..Math.Min(packet.Length, PacketFramer.Beginning)], beginning.ToArray());
            break;
        }

        Assert.InRange(buffered, 0, PacketFramer.Beginning);
        var next = new ReadOnlySequence<byte>([0xC0, 0]);
        Assert.Equal(FrameStatus.Complete, framer.Take(ref next, out _, out _));
    }

    [Fact]
    public void Noise_never_makes_a_packet_larger_than_the_limit_nor_takes_more_than_there_is() => Fuzz(10_000);

    internal static void Fuzz(int inputs)
    {
        var random = new Random(7);
        for (var i = 0; i < inputs; i++)
        {
            var bytes = i % 2 == 0 ? new byte[random.Next(200)] : MqttPackets.Publish("topic", new byte[random.Next(150)]);
            if (i % 2 == 0) random.NextBytes(bytes);
            else bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            var framer = new PacketFramer { Limit = 100, SkipsOversized = i % 3 == 0 };
            var input = MqttPieces.Of(bytes, random.Next(1, 64));
            for (var steps = 0; steps <= bytes.Length; steps++)
            {
                var before = input.Length;
                var status = framer.Take(ref input, out var header, out var body);
                Assert.True(input.Length <= before);
                if (status != FrameStatus.Complete) break;
                Assert.Equal(header.RemainingLength, body.Length);
                Assert.Equal(before - header.PacketLength, input.Length);
                Assert.InRange(header.PacketLength, 2, 100);
            }
        }
    }

    static int FixedHeaderLength(int size) => size + 5 > 16_383 ? 4 : 3;
}
