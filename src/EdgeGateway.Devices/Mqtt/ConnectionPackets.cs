using System.Buffers.Binary;
using System.Text;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>The MQTT 5 packets that say what this broker allows and why it ends a connection.</summary>
static class ConnectionPackets
{
    const byte SessionExpiryInterval = 0x11;
    const byte ReasonString = 0x1F;
    const byte ReceiveMaximum = 0x21;
    const byte RetainAvailable = 0x25;
    const byte MaximumPacketSize = 0x27;
    const byte SharedSubscriptionAvailable = 0x2A;

    /// <summary>MQTT 3.1.1 section 3.2.2.3: 0x01, unacceptable protocol version.</summary>
    public static readonly byte[] UnacceptableProtocolVersion = [(byte)MqttControlPacketType.ConnAck << 4, 2, 0, 1];

    /// <summary>
    /// CONNACK (MQTT 5.0 section 3.2). Written here because MQTTnet cannot write a session expiry of 0, and a client that
    /// asked for a lasting session must be told that there is none.
    /// </summary>
    public static byte[] ConnAck(MqttConnAckPacket packet, int receiveMaximum, int maximumPacketSize)
    {
        using var properties = new MemoryStream();
        if (packet.ReasonCode == MqttConnectReasonCode.Success)
        {
            Span<byte> number = stackalloc byte[4];
            properties.Write([SessionExpiryInterval, 0, 0, 0, 0, ReceiveMaximum]);
            BinaryPrimitives.WriteUInt16BigEndian(number, (ushort)receiveMaximum);
            properties.Write(number[..2]);
            // The topic alias maximum is 0 when it is absent.
            properties.Write([RetainAvailable, 0, SharedSubscriptionAvailable, 0, MaximumPacketSize]);
            BinaryPrimitives.WriteInt32BigEndian(number, maximumPacketSize);
            properties.Write(number);
        }

        WriteReason(properties, packet.ReasonString);
        return Packet(MqttControlPacketType.ConnAck, [0, (byte)packet.ReasonCode], properties);
    }

    /// <summary>DISCONNECT (MQTT 5.0 section 3.14).</summary>
    public static byte[] Disconnect(MqttDisconnectReasonCode reason)
    {
        using var properties = new MemoryStream();
        WriteReason(properties, reason switch
        {
            MqttDisconnectReasonCode.ServerBusy => "The message could not be sealed in time. Keep it and send it again.",
            MqttDisconnectReasonCode.QuotaExceeded => "The message could not be sealed. Keep it and send it again.",
            MqttDisconnectReasonCode.PacketTooLarge => "The packet is larger than the announced maximum packet size.",
            MqttDisconnectReasonCode.ReceiveMaximumExceeded => "More publishes are under way than announced.",
            MqttDisconnectReasonCode.NotAuthorized => "The device may no longer use this wire.",
            _ => null,
        });
        return Packet(MqttControlPacketType.Disconnect, [(byte)reason], properties);
    }

    static void WriteReason(MemoryStream properties, string? text)
    {
        if (string.IsNullOrEmpty(text)) return;
        var bytes = Encoding.UTF8.GetBytes(text);
        properties.Write([ReasonString, 0, (byte)bytes.Length]);
        properties.Write(bytes);
    }

    static byte[] Packet(MqttControlPacketType type, ReadOnlySpan<byte> head, MemoryStream properties)
    {
        // One-byte lengths (section 1.5.5): all the texts above are short.
        var length = head.Length + 1 + (int)properties.Length;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, 127);
        return [(byte)((byte)type << 4), (byte)length, .. head, (byte)properties.Length, .. properties.ToArray()];
    }
}
