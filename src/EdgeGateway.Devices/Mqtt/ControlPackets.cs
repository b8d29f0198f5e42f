using System.Buffers;
using System.Runtime.InteropServices;
using MQTTnet.Adapter;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>Reads the packets that MQTTnet handles, and takes out of them what this broker does not offer.</summary>
static class ControlPackets
{
    /// <exception cref="MqttProtocolViolationException">The packet is not what the standard says.</exception>
    public static MqttPacket Decode(MqttPacketFormatterAdapter formatter, FixedHeader header, in ReadOnlySequence<byte> body)
    {
        var received = new ReceivedMqttPacket(header.First, Segment(body), header.PacketLength);
        if (formatter.ProtocolVersion == MqttProtocolVersion.Unknown) formatter.DetectProtocolVersion(received);
        var packet = formatter.Decode(received);
        switch (packet)
        {
            case MqttSubscribePacket subscribe:
                Restrict(subscribe);
                break;
            case MqttUnsubscribePacket { PacketIdentifier: 0 } or MqttUnsubscribePacket { TopicFilters.Count: 0 }:
                // MQTT 5.0 and 3.1.1, sections 2.2.1 and 3.10.3; MQTTnet would never answer.
                throw new MqttProtocolViolationException("An UNSUBSCRIBE needs a packet identifier and a topic filter.");
        }

        return packet;
    }

    /// <summary>Takes will, lasting session and keep-alive out of a CONNECT.</summary>
    /// <returns>The keep-alive, in seconds.</returns>
    public static ushort Restrict(MqttConnectPacket connect)
    {
        var keepAlive = connect.KeepAlivePeriod;
        connect.KeepAlivePeriod = 0;
        connect.WillFlag = false;
        connect.CleanSession = true;
        connect.SessionExpiryInterval = 0;
        return keepAlive;
    }

    static void Restrict(MqttSubscribePacket subscribe)
    {
        if (subscribe.PacketIdentifier == 0 || subscribe.TopicFilters.Count == 0)
        {
            throw new MqttProtocolViolationException("A SUBSCRIBE needs a packet identifier and a topic filter.");
        }

        // Nothing is sent at QoS 2, and a broker may grant less than was asked for (section 3.8.4). All filters of a packet get
        // the same, because MQTTnet answers them in the order of their QoS and not in theirs.
        var quality = MqttQualityOfServiceLevel.AtLeastOnce;
        foreach (var filter in subscribe.TopicFilters)
        {
            if (filter.QualityOfServiceLevel < quality) quality = filter.QualityOfServiceLevel;
        }

        foreach (var filter in subscribe.TopicFilters) filter.QualityOfServiceLevel = quality;
    }

    static ArraySegment<byte> Segment(in ReadOnlySequence<byte> body) =>
        body.IsSingleSegment && MemoryMarshal.TryGetArray(body.First, out var segment) ? segment : new(body.ToArray());
}
