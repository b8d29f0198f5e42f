using System.Buffers.Binary;
using MQTTnet.Protocol;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>
/// What follows the fixed header of a PUBLISH (MQTT 5.0 and 3.1.1, section 3.3), read where it lies. The payload is what is
/// sealed, so this reads strictly: it is either the packet that the standard describes or none.
/// </summary>
readonly ref struct PublishPacket
{
    public required ReadOnlySpan<byte> Topic { get; init; }

    public required MqttQualityOfServiceLevel QualityOfService { get; init; }

    /// <summary>The DUP flag.</summary>
    public required bool Duplicate { get; init; }

    /// <summary>0 at QoS 0, else 1 to 65535.</summary>
    public required ushort PacketId { get; init; }

    public required ReadOnlySpan<byte> Payload { get; init; }

    public required PublishProperties Properties { get; init; }

    /// <returns><see cref="MqttDisconnectReasonCode.NormalDisconnection"/>, or what is wrong.</returns>
    public static MqttDisconnectReasonCode Decode(int flags, ReadOnlySpan<byte> body, bool version5, out PublishPacket packet)
    {
        packet = default;
        var quality = (flags >> 1) & 0b11;
        var duplicate = (flags & 0b1000) != 0;
        // Section 3.3.1: there is no QoS 3, and a QoS 0 message is never a duplicate.
        if (quality == 3 || (quality == 0 && duplicate)) return MqttDisconnectReasonCode.MalformedPacket;

        if (!TryTakeString(ref body, out var topic)) return MqttDisconnectReasonCode.MalformedPacket;

        ushort packetId = 0;
        if (quality > 0)
        {
            if (body.Length < 2) return MqttDisconnectReasonCode.MalformedPacket;
            packetId = BinaryPrimitives.ReadUInt16BigEndian(body);
            body = body[2..];
            // Section 2.2.1 (3.1.1: 2.3.1): a packet identifier is not zero.
            if (packetId == 0) return MqttDisconnectReasonCode.ProtocolError;
        }

        var properties = default(PublishProperties);
        if (version5)
        {
            var error = PublishProperties.Decode(ref body, out properties);
            if (error != MqttDisconnectReasonCode.NormalDisconnection) return error;
        }

        packet = new PublishPacket
        {
            Topic = topic,
            QualityOfService = (MqttQualityOfServiceLevel)quality,
            Duplicate = duplicate,
            PacketId = packetId,
            Payload = body,
            Properties = properties,
        };
        return MqttDisconnectReasonCode.NormalDisconnection;
    }

    /// <summary>A length of two bytes and as many bytes (section 1.5.4); what they hold is not looked at.</summary>
    internal static bool TryTakeString(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (rest.Length < 2) return false;
        var length = BinaryPrimitives.ReadUInt16BigEndian(rest);
        if (rest.Length - 2 < length) return false;
        text = rest.Slice(2, length);
        rest = rest[(2 + length)..];
        return true;
    }
}
