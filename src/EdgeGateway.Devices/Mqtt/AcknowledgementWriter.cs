using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using EdgeGateway.Evidence;
using EdgeGateway.Ledger;
using MQTTnet.Protocol;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>
/// Writes the answers to publishes (MQTT 5.0 and 3.1.1, sections 3.4, 3.5 and 3.7) without allocating. Each is shorter than
/// 128 bytes, so that all its lengths are one byte.
/// </summary>
static class AcknowledgementWriter
{
    const int MaximumLength = 128;
    const byte ReasonString = 0x1F;
    const byte UserProperty = 0x26;

    /// <param name="properties">MQTT 5, and the client wants to be told more than a code.</param>
    public static void Write(IBufferWriter<byte> output, in PendingAcknowledgement pending, in SealOutcome outcome, bool version5, bool properties)
    {
        var packet = output.GetSpan(MaximumLength);
        packet[0] = pending.Kind switch
        {
            AcknowledgementKind.PubAck => (byte)MqttControlPacketType.PubAck << 4,
            AcknowledgementKind.PubRec => (byte)MqttControlPacketType.PubRec << 4,
            AcknowledgementKind.PubComp => (byte)MqttControlPacketType.PubComp << 4,
            _ => throw new ArgumentOutOfRangeException(nameof(pending)),
        };
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], pending.PacketId);
        var length = 4;
        if (version5)
        {
            packet[4] = pending switch
            {
                { Refusal: { } refusal } => (byte)refusal.Code,
                { NotFound: true } => (byte)MqttPubCompReasonCode.PacketIdentifierNotFound,
                _ => (byte)MqttPubAckReasonCode.Success,
            };
            var propertyBytes = properties ? WriteProperties(packet[6..], pending.Refusal, outcome) : 0;
            packet[5] = (byte)propertyBytes;
            // Section 3.4.2.1: the reason code may be left out when it is Success and there are no properties.
            length = propertyBytes > 0 ? 6 + propertyBytes : packet[4] == 0 ? 4 : 5;
        }

        packet[1] = (byte)(length - 2);
        output.Advance(length);
    }

    static int WriteProperties(Span<byte> properties, PublishRefusal? refusal, in SealOutcome outcome)
    {
        if (refusal is not null)
        {
            properties[0] = ReasonString;
            return 1 + WriteString(properties[1..], refusal.Text);
        }

        if (outcome.Index < 0) return 0;

        Span<byte> text = stackalloc byte[2 * Hash.Length];
        Utf8Formatter.TryFormat(outcome.Index, text, out var digits);
        var length = WriteUserProperty(properties, "edgegw-index"u8, text[..digits]);
        Span<byte> leaf = stackalloc byte[Hash.Length];
        outcome.LeafHash.CopyTo(leaf);
        WriteHex(leaf, text);
        return length + WriteUserProperty(properties[length..], "edgegw-leaf"u8, text);
    }

    static int WriteUserProperty(Span<byte> output, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        output[0] = UserProperty;
        BinaryPrimitives.WriteUInt16BigEndian(output[1..], (ushort)name.Length);
        name.CopyTo(output[3..]);
        BinaryPrimitives.WriteUInt16BigEndian(output[(3 + name.Length)..], (ushort)value.Length);
        value.CopyTo(output[(5 + name.Length)..]);
        return 5 + name.Length + value.Length;
    }

    static int WriteString(Span<byte> output, string text)
    {
        var length = Encoding.ASCII.GetBytes(text, output[2..]);
        BinaryPrimitives.WriteUInt16BigEndian(output, (ushort)length);
        return 2 + length;
    }

    static void WriteHex(ReadOnlySpan<byte> bytes, Span<byte> text)
    {
        var digits = "0123456789abcdef"u8;
        for (var i = 0; i < bytes.Length; i++)
        {
            text[2 * i] = digits[bytes[i] >> 4];
            text[(2 * i) + 1] = digits[bytes[i] & 0x0F];
        }
    }
}
