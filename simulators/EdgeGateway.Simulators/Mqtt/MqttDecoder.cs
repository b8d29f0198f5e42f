using System.Buffers;

namespace EdgeGateway.Simulators.Mqtt;

/// <summary>Bytes to packets. Whatever MQTT does not allow is an <see cref="MqttProtocolException"/>.</summary>
static class MqttDecoder
{
    /// <summary>Takes one whole packet from the front of what has arrived, or leaves it and returns null.</summary>
    /// <param name="maximumBytes">The largest remaining length to take; checked before the bytes are there.</param>
    public static MqttPacket? TryTake(ref ReadOnlySequence<byte> arrived, MqttVersion version, int maximumBytes)
    {
        var reader = new SequenceReader<byte>(arrived);
        if (!reader.TryRead(out var first)) return null;
        var length = 0;
        for (var shift = 0; ; shift += 7)
        {
            if (shift > 21) throw new MqttProtocolException("A remaining length has more than four bytes (section 2.1.4).");
            if (!reader.TryRead(out var digit)) return null;
            length |= (digit & 0x7F) << shift;
            if ((digit & 0x80) == 0) break;
        }

        if (length > maximumBytes) throw new MqttProtocolException($"A packet of {length} bytes is larger than the {maximumBytes} allowed.");
        if (reader.Remaining < length) return null;
        var body = reader.UnreadSequence.Slice(0, length);
        var packet = Decode(first, body.IsSingleSegment ? body.FirstSpan : body.ToArray(), version);
        arrived = arrived.Slice(body.End);
        return packet;
    }

    static MqttPacket Decode(byte first, ReadOnlySpan<byte> body, MqttVersion version)
    {
        var type = (MqttPacketType)(first >> 4);
        var flags = first & 0x0F;
        var expected = type is MqttPacketType.PubRel or MqttPacketType.Subscribe ? 0x02 : 0;
        if (type != MqttPacketType.Publish && flags != expected)
        {
            throw new MqttProtocolException($"{type} has the flags 0x{flags:x} (section 2.1.3).");
        }

        var reader = new MqttReader(body);
        MqttPacket packet = type switch
        {
            MqttPacketType.Connect => ReadConnect(ref reader, version),
            MqttPacketType.ConnAck => ReadConnAck(ref reader, version),
            MqttPacketType.Publish => ReadPublish(ref reader, flags, version),
            MqttPacketType.PubAck or MqttPacketType.PubRec or MqttPacketType.PubRel or MqttPacketType.PubComp =>
                ReadAcknowledgement(type, ref reader, version),
            MqttPacketType.Subscribe => ReadSubscribe(ref reader, version),
            MqttPacketType.SubAck => ReadSubAck(ref reader, version),
            MqttPacketType.PingReq => new PingReqPacket(),
            MqttPacketType.PingResp => new PingRespPacket(),
            MqttPacketType.Disconnect => ReadDisconnect(ref reader, version),
            _ => throw new MqttProtocolException($"Packet type {(byte)type} is not expected here."),
        };
        if (reader.Left > 0) throw new MqttProtocolException($"{type} has {reader.Left} bytes too many.");
        return packet;
    }

    static ConnectPacket ReadConnect(ref MqttReader reader, MqttVersion version)
    {
        var protocol = reader.ReadText();
        var level = reader.ReadByte();
        if (protocol != "MQTT" || level != (byte)version)
        {
            throw new MqttProtocolException($"CONNECT is for protocol {protocol} level {level}, not {version}.");
        }

        var flags = reader.ReadByte();
        if ((flags & 0x01) != 0) throw new MqttProtocolException("CONNECT has its reserved flag set [MQTT-3.1.2-3].");
        if ((flags & 0x3C) != 0) throw new MqttProtocolException("CONNECT has a will, which no simulated device has.");
        var keepAlive = reader.ReadUInt16();
        var properties = PropertiesOf(ref reader, version);
        return new ConnectPacket
        {
            ClientId = reader.ReadText(),
            CleanStart = (flags & 0x02) != 0,
            KeepAliveSeconds = keepAlive,
            Properties = properties,
            UserName = (flags & 0x80) != 0 ? reader.ReadText() : null,
            Password = (flags & 0x40) != 0 ? reader.ReadBinary().ToArray() : default(ReadOnlyMemory<byte>?),
        };
    }

    static ConnAckPacket ReadConnAck(ref MqttReader reader, MqttVersion version)
    {
        var flags = reader.ReadByte();
        if ((flags & 0xFE) != 0) throw new MqttProtocolException("CONNACK has a reserved flag set (section 3.2.2.1).");
        return new ConnAckPacket((flags & 0x01) != 0, reader.ReadByte()) { Properties = PropertiesOf(ref reader, version) };
    }

    static PublishPacket ReadPublish(ref MqttReader reader, int flags, MqttVersion version)
    {
        var qos = (byte)((flags >> 1) & 0x03);
        if (qos == 3) throw new MqttProtocolException("PUBLISH has QoS 3 [MQTT-3.3.1-4].");
        var topic = reader.ReadText();
        var packetId = qos > 0 ? reader.ReadUInt16() : (ushort)0;
        var properties = PropertiesOf(ref reader, version);
        return new PublishPacket(topic, reader.ReadRest().ToArray())
        {
            Qos = qos,
            Duplicate = (flags & 0x08) != 0,
            Retain = (flags & 0x01) != 0,
            PacketId = packetId,
            Properties = properties,
        };
    }

    static AcknowledgementPacket ReadAcknowledgement(MqttPacketType type, ref MqttReader reader, MqttVersion version)
    {
        var packet = new AcknowledgementPacket(type, reader.ReadUInt16());
        if (version == MqttVersion.V311 || reader.Left == 0) return packet;
        packet = packet with { ReasonCode = reader.ReadByte() };
        return reader.Left == 0 ? packet : packet with { Properties = reader.ReadProperties() };
    }

    static SubscribePacket ReadSubscribe(ref MqttReader reader, MqttVersion version)
    {
        var packetId = reader.ReadUInt16();
        var properties = PropertiesOf(ref reader, version);
        var filters = new List<(string, byte)>();
        while (reader.Left > 0) filters.Add((reader.ReadText(), reader.ReadByte()));
        return new SubscribePacket(packetId, filters) { Properties = properties };
    }

    static SubAckPacket ReadSubAck(ref MqttReader reader, MqttVersion version)
    {
        var packetId = reader.ReadUInt16();
        var properties = PropertiesOf(ref reader, version);
        return new SubAckPacket(packetId, reader.ReadRest().ToArray()) { Properties = properties };
    }

    static DisconnectPacket ReadDisconnect(ref MqttReader reader, MqttVersion version)
    {
        if (version == MqttVersion.V311 || reader.Left == 0) return new DisconnectPacket(0);
        var packet = new DisconnectPacket(reader.ReadByte());
        return reader.Left == 0 ? packet : packet with { Properties = reader.ReadProperties() };
    }

    static List<MqttProperty> PropertiesOf(ref MqttReader reader, MqttVersion version) =>
        version == MqttVersion.V5 ? reader.ReadProperties() : [];
}
