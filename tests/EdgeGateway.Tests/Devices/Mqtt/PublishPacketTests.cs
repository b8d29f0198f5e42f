using System.Text;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Tests.Support;
using MQTTnet.Protocol;

namespace EdgeGateway.Tests.Devices.Mqtt;

public sealed class PublishPacketTests
{
    const MqttDisconnectReasonCode Ok = MqttDisconnectReasonCode.NormalDisconnection;

    static readonly byte[] Properties =
    [
        0x01, 1, 0x02, 0, 0, 0, 9, .. MqttPackets.ContentType("image/png"), 0x08, 0, 1, (byte)'r', 0x09, 0, 2, 7, 8,
        .. MqttPackets.UserProperty("a", "b"), .. MqttPackets.UserProperty("eventId", "E-1"),
    ];

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    public void A_packet_is_read_as_it_was_written(int qos, bool version5)
    {
        var (flags, body) = Body(qos, version5);
        Assert.Equal(Ok, PublishPacket.Decode(flags, body, version5, out var packet));
        Assert.Equal("topic/1", Encoding.UTF8.GetString(packet.Topic));
        Assert.Equal("payload", Encoding.UTF8.GetString(packet.Payload));
        Assert.Equal((qos, qos == 0 ? 0 : 513, qos > 0), ((int)packet.QualityOfService, packet.PacketId, packet.Duplicate));
        Assert.Equal(version5 ? "image/png E-1" : " ", $"{Encoding.UTF8.GetString(packet.Properties.ContentType)} {Encoding.UTF8.GetString(packet.Properties.EventId)}");
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    public void A_packet_cut_before_its_payload_is_malformed(int qos, bool version5)
    {
        var (flags, body) = Body(qos, version5);
        var head = body.Length - "payload".Length;
        for (var cut = 0; cut < head; cut++)
        {
            Assert.NotEqual(Ok, PublishPacket.Decode(flags, body.AsSpan(0, cut), version5, out _));
        }

        for (var cut = head; cut <= body.Length; cut++)
        {
            Assert.Equal(Ok, PublishPacket.Decode(flags, body.AsSpan(0, cut), version5, out var packet));
            Assert.Equal(cut - head, packet.Payload.Length);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_flipped_bit_never_makes_payload_of_anything_else(bool version5)
    {
        var (flags, body) = Body(1, version5);
        for (var bit = 0; bit < body.Length * 8; bit++)
        {
            var flipped = (byte[])body.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            if (PublishPacket.Decode(flags, flipped, version5, out var packet) != Ok) continue;

            // What is read accounts for every byte: lengths, topic, identifier, properties, payload.
            Assert.EndsWith(Encoding.Latin1.GetString(packet.Payload), Encoding.Latin1.GetString(flipped), StringComparison.Ordinal);
            Assert.InRange(packet.Topic.Length + packet.Payload.Length, 0, flipped.Length - (version5 ? 5 : 4));
        }
    }

    [Fact]
    public void Noise_is_read_or_refused_and_nothing_else() => Fuzz(10_000);

    internal static void Fuzz(int inputs)
    {
        var random = new Random(42);
        var (flags, body) = Body(1, version5: true);
        var read = 0;
        for (var i = 0; i < inputs; i++)
        {
            byte[] noise;
            if (i % 2 == 0)
            {
                noise = new byte[random.Next(64)];
                random.NextBytes(noise);
            }
            else
            {
                noise = (byte[])body.Clone();
                for (var n = random.Next(1, 4); n > 0; n--) noise[random.Next(noise.Length)] = (byte)random.Next(256);
                flags = random.Next(16);
            }

            if (PublishPacket.Decode(flags, noise, version5: i % 3 != 0, out var packet) != Ok) continue;
            read++;
            Assert.True(packet.Topic.Length + packet.Payload.Length <= noise.Length);
            Assert.Equal(packet.QualityOfService == MqttQualityOfServiceLevel.AtMostOnce, packet.PacketId == 0);
        }

        Assert.InRange(read, inputs / 100, inputs - inputs / 100);
    }

    [Fact]
    public void Two_event_ids_are_none()
    {
        byte[] two = [.. MqttPackets.UserProperty("eventId", "1"), .. MqttPackets.UserProperty("eventId", "2")];
        var packet = MqttPackets.Publish("t", [], properties: two);
        Assert.Equal(Ok, PublishPacket.Decode(2, packet.AsSpan(2), version5: true, out var read));
        Assert.True(read.Properties.EventId.IsEmpty);
    }

    static (int Flags, byte[] Body) Body(int qos, bool version5)
    {
        var packet = MqttPackets.Publish(
            "topic/1", "payload"u8.ToArray(), qos, 513, duplicate: qos > 0, properties: version5 ? Properties : null);
        return (packet[0] & 0x0F, packet[2..]);
    }
}
