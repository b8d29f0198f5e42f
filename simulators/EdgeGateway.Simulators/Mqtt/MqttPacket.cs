namespace EdgeGateway.Simulators.Mqtt;

/// <summary>Control packet types, section 2.1.2 of MQTT 5 (2.2.1 of 3.1.1): the upper four bits of the first byte.</summary>
enum MqttPacketType : byte
{
    Connect = 1,
    ConnAck = 2,
    Publish = 3,
    PubAck = 4,
    PubRec = 5,
    PubRel = 6,
    PubComp = 7,
    Subscribe = 8,
    SubAck = 9,
    Unsubscribe = 10,
    UnsubAck = 11,
    PingReq = 12,
    PingResp = 13,
    Disconnect = 14,
    Auth = 15,
}

/// <summary>A control packet. Properties exist on the wire in MQTT 5 only and are not written in 3.1.1.</summary>
abstract record MqttPacket
{
    public abstract MqttPacketType Type { get; }

    public IReadOnlyList<MqttProperty> Properties { get; init; } = [];
}

/// <summary>CONNECT without a will: no simulated device has one.</summary>
sealed record ConnectPacket : MqttPacket
{
    public override MqttPacketType Type => MqttPacketType.Connect;

    public required string ClientId { get; init; }

    /// <summary>Clean Start in MQTT 5, Clean Session in 3.1.1.</summary>
    public bool CleanStart { get; init; }

    public ushort KeepAliveSeconds { get; init; }

    public string? UserName { get; init; }

    public ReadOnlyMemory<byte>? Password { get; init; }
}

/// <param name="ReasonCode">0 is success in both versions.</param>
sealed record ConnAckPacket(bool SessionPresent, byte ReasonCode) : MqttPacket
{
    public override MqttPacketType Type => MqttPacketType.ConnAck;
}

sealed record PublishPacket(string Topic, ReadOnlyMemory<byte> Payload) : MqttPacket
{
    public override MqttPacketType Type => MqttPacketType.Publish;

    public byte Qos { get; init; }

    public bool Duplicate { get; init; }

    public bool Retain { get; init; }

    /// <summary>Not on the wire with QoS 0.</summary>
    public ushort PacketId { get; init; }
}

/// <summary>PUBACK, PUBREC, PUBREL or PUBCOMP, which all look alike.</summary>
sealed record AcknowledgementPacket(MqttPacketType Kind, ushort PacketId) : MqttPacket
{
    public override MqttPacketType Type => Kind;

    /// <summary>MQTT 5; below 0x80 is success. Always 0 in 3.1.1.</summary>
    public byte ReasonCode { get; init; }
}

sealed record SubscribePacket(ushort PacketId, IReadOnlyList<(string Filter, byte Qos)> Filters) : MqttPacket
{
    public override MqttPacketType Type => MqttPacketType.Subscribe;
}

sealed record SubAckPacket(ushort PacketId, IReadOnlyList<byte> ReasonCodes) : MqttPacket
{
    public override MqttPacketType Type => MqttPacketType.SubAck;
}

sealed record PingReqPacket : MqttPacket
{
    public override MqttPacketType Type => MqttPacketType.PingReq;
}

sealed record PingRespPacket : MqttPacket
{
    public override MqttPacketType Type => MqttPacketType.PingResp;
}

sealed record DisconnectPacket(byte ReasonCode) : MqttPacket
{
    public override MqttPacketType Type => MqttPacketType.Disconnect;
}
