using System.Buffers;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Tests.Support;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;

namespace EdgeGateway.Tests.Devices.Mqtt;

public sealed class ControlPacketsTests
{
    static readonly byte[][] Good =
    [
        MqttPackets.Connect("cam-1", keepAlive: 60),
        MqttPackets.Connect("cam-1", version5: true, properties: [0x11, 0, 0, 0, 9, 0x17, 0, .. MqttPackets.UserProperty("a", "b")]),
        MqttPackets.Subscribe(1, false, ("a/b", 1), ("c/#", 2)),
        MqttPackets.Subscribe(1, true, ("a/b", 1), ("c/#", 2)),
        MqttPackets.Packet(0xA2, [0, 1, 0, 1, (byte)'a']),
        MqttPackets.Acknowledge(9),
        [0xE0, 2, 4, 0],
    ];

    [Fact]
    public void Noise_is_read_or_refused_and_nothing_else() => Fuzz(10_000);

    internal static void Fuzz(int inputs)
    {
        var random = new Random(11);
        var read = 0;
        for (var i = 0; i < inputs; i++)
        {
            var bytes = (byte[])Good[random.Next(Good.Length)].Clone();
            for (var n = random.Next(0, 4); n > 0; n--) bytes[random.Next(2, bytes.Length)] = (byte)random.Next(256);
            var length = random.Next(4) == 0 ? random.Next(bytes.Length - 2) : bytes.Length - 2;
            var formatter = new MqttPacketFormatterAdapter(new MqttBufferWriter(256, 1024));
            if (bytes[0] != 0x10)
            {
                // The version is known by then.
                var connect = MqttPackets.Connect("cam-1", version5: i % 2 == 0);
                Decode(formatter, connect, connect.Length - 2);
            }

            try
            {
                Decode(formatter, bytes, length);
                read++;
            }
            catch (MqttProtocolViolationException)
            {
                // Said in the one way that closes the connection.
            }
        }

        Assert.InRange(read, inputs / 10, inputs - inputs / 100);
    }

    [Fact]
    public void All_filters_of_a_subscription_get_the_lowest_quality_and_never_2()
    {
        var formatter = new MqttPacketFormatterAdapter(MqttProtocolVersion.V311, new MqttBufferWriter(256, 1024));
        var packet = MqttPackets.Subscribe(1, false, ("a", 2), ("b", 1));
        var read = Assert.IsType<MqttSubscribePacket>(Decode(formatter, packet, packet.Length - 2));
        Assert.Equal([1, 1], read.TopicFilters.Select(filter => (int)filter.QualityOfServiceLevel));
    }

    static MqttPacket Decode(MqttPacketFormatterAdapter formatter, byte[] packet, int length) =>
        ControlPackets.Decode(formatter, new FixedHeader(packet[0], 2, length), new ReadOnlySequence<byte>(packet, 2, length));
}
