using System.Buffers;
using MQTTnet.Protocol;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>
/// The first two to five bytes of a control packet (MQTT 5.0 and 3.1.1, section 2.1): all that is read of a packet before
/// its length was checked.
/// </summary>
/// <param name="First">Packet type and flags.</param>
/// <param name="Length">Of this header, in bytes.</param>
/// <param name="RemainingLength">Of what follows it, in bytes: at most 268,435,455.</param>
readonly record struct FixedHeader(byte First, int Length, int RemainingLength)
{
    const int MaximumLength = 5;

    public MqttControlPacketType Type => (MqttControlPacketType)(First >> 4);

    public int Flags => First & 0x0F;

    public int PacketLength => Length + RemainingLength;

    /// <summary>Section 2.1.3: the flags of every packet but PUBLISH are fixed, and a client never sends an acknowledgement of
    /// a connection or subscription.</summary>
    public bool IsFromClient => Type switch
    {
        MqttControlPacketType.Publish => true,
        MqttControlPacketType.PubRel or MqttControlPacketType.Subscribe or MqttControlPacketType.Unsubscribe => Flags == 0b0010,
        MqttControlPacketType.Connect or MqttControlPacketType.PubAck or MqttControlPacketType.PubRec
            or MqttControlPacketType.PubComp or MqttControlPacketType.PingReq or MqttControlPacketType.Disconnect
            or MqttControlPacketType.Auth => Flags == 0,
        _ => false,
    };

    public static FixedHeaderStatus TryRead(in ReadOnlySequence<byte> input, out FixedHeader header)
    {
        Span<byte> copy = stackalloc byte[MaximumLength];
        scoped var bytes = input.FirstSpan;
        if (bytes.Length < MaximumLength && !input.IsSingleSegment)
        {
            var head = input.Slice(0, Math.Min(MaximumLength, input.Length));
            head.CopyTo(copy);
            bytes = copy[..(int)head.Length];
        }

        header = default;
        var value = 0;
        for (var i = 1; i < Math.Min(bytes.Length, MaximumLength); i++)
        {
            value |= (bytes[i] & 0x7F) << (7 * (i - 1));
            if ((bytes[i] & 0x80) != 0) continue;
            header = new FixedHeader(bytes[0], i + 1, value);
            return FixedHeaderStatus.Complete;
        }

        // Section 2.1.4 (3.1.1: 2.2.3): four bytes of length at most, so a fourth that says "more" is malformed.
        return bytes.Length < MaximumLength ? FixedHeaderStatus.Incomplete : FixedHeaderStatus.Malformed;
    }
}

enum FixedHeaderStatus
{
    Incomplete,
    Complete,
    Malformed,
}
