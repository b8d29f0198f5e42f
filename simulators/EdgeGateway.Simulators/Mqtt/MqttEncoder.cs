using System.Buffers;

namespace EdgeGateway.Simulators.Mqtt;

/// <summary>Packets to bytes, by MQTT 3.1.1 and MQTT 5, section 3 of each.</summary>
static class MqttEncoder
{
    public static byte[] Encode(MqttPacket packet, MqttVersion version)
    {
        var output = new ArrayBufferWriter<byte>();
        Encode(packet, version, output);
        return output.WrittenSpan.ToArray();
    }

    public static void Encode(MqttPacket packet, MqttVersion version, IBufferWriter<byte> output)
    {
        var body = new ArrayBufferWriter<byte>(packet is PublishPacket { Payload.Length: var size } ? size + 256 : 256);
        var flags = packet switch
        {
            ConnectPacket connect => WriteConnect(connect, version, body),
            ConnAckPacket connAck => WriteConnAck(connAck, version, body),
            PublishPacket publish => WritePublish(publish, version, body),
            AcknowledgementPacket acknowledgement => WriteAcknowledgement(acknowledgement, version, body),
            SubscribePacket subscribe => WriteSubscribe(subscribe, version, body),
            SubAckPacket subAck => WriteSubAck(subAck, version, body),
            PingReqPacket or PingRespPacket => (byte)0,
            DisconnectPacket disconnect => WriteDisconnect(disconnect, version, body),
            _ => throw new ArgumentException($"{packet.Type} is not written by a simulated device.", nameof(packet)),
        };
        output.WriteByte((byte)(((byte)packet.Type << 4) | flags));
        output.WriteVariableInteger(body.WrittenCount);
        output.Write(body.WrittenSpan);
    }

    static byte WriteConnect(ConnectPacket packet, MqttVersion version, ArrayBufferWriter<byte> body)
    {
        body.WriteText("MQTT");
        body.WriteByte((byte)version);
        var flags = (packet.UserName is null ? 0 : 0x80) | (packet.Password is null ? 0 : 0x40) | (packet.CleanStart ? 0x02 : 0);
        body.WriteByte((byte)flags);
        body.WriteUInt16(packet.KeepAliveSeconds);
        if (version == MqttVersion.V5) body.WriteProperties(packet.Properties);
        body.WriteText(packet.ClientId);
        if (packet.UserName is not null) body.WriteText(packet.UserName);
        if (packet.Password is { } password) body.WriteBinary(password.Span);
        return 0;
    }

    static byte WriteConnAck(ConnAckPacket packet, MqttVersion version, ArrayBufferWriter<byte> body)
    {
        body.WriteByte(packet.SessionPresent ? (byte)1 : (byte)0);
        body.WriteByte(packet.ReasonCode);
        if (version == MqttVersion.V5) body.WriteProperties(packet.Properties);
        return 0;
    }

    static byte WritePublish(PublishPacket packet, MqttVersion version, ArrayBufferWriter<byte> body)
    {
        body.WriteText(packet.Topic);
        if (packet.Qos > 0) body.WriteUInt16(packet.PacketId);
        if (version == MqttVersion.V5) body.WriteProperties(packet.Properties);
        body.Write(packet.Payload.Span);
        return (byte)((packet.Duplicate ? 0x08 : 0) | (packet.Qos << 1) | (packet.Retain ? 0x01 : 0));
    }

    static byte WriteAcknowledgement(AcknowledgementPacket packet, MqttVersion version, ArrayBufferWriter<byte> body)
    {
        body.WriteUInt16(packet.PacketId);
        // Section 3.4.2.1: reason code and property length can be left out when they are 0.
        if (version == MqttVersion.V5 && (packet.ReasonCode != 0 || packet.Properties.Count > 0))
        {
            body.WriteByte(packet.ReasonCode);
            body.WriteProperties(packet.Properties);
        }

        // [MQTT-3.6.1-1]: PUBREL has the reserved flags 0010.
        return packet.Kind == MqttPacketType.PubRel ? (byte)0x02 : (byte)0;
    }

    static byte WriteSubscribe(SubscribePacket packet, MqttVersion version, ArrayBufferWriter<byte> body)
    {
        body.WriteUInt16(packet.PacketId);
        if (version == MqttVersion.V5) body.WriteProperties(packet.Properties);
        foreach (var (filter, qos) in packet.Filters)
        {
            body.WriteText(filter);
            body.WriteByte(qos);
        }

        // [MQTT-3.8.1-1]: SUBSCRIBE has the reserved flags 0010.
        return 0x02;
    }

    static byte WriteSubAck(SubAckPacket packet, MqttVersion version, ArrayBufferWriter<byte> body)
    {
        body.WriteUInt16(packet.PacketId);
        if (version == MqttVersion.V5) body.WriteProperties(packet.Properties);
        foreach (var code in packet.ReasonCodes) body.WriteByte(code);
        return 0;
    }

    static byte WriteDisconnect(DisconnectPacket packet, MqttVersion version, ArrayBufferWriter<byte> body)
    {
        if (version == MqttVersion.V5 && (packet.ReasonCode != 0 || packet.Properties.Count > 0))
        {
            body.WriteByte(packet.ReasonCode);
            body.WriteProperties(packet.Properties);
        }

        return 0;
    }
}
