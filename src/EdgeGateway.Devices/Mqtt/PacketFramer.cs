using System.Buffers;
using MQTTnet.Protocol;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>
/// Cuts packets out of a connection's bytes. A packet that claims more than the limit is never waited for: it is handed on as
/// its beginning, and the rest is thrown away as it comes. Not safe for several threads.
/// </summary>
sealed class PacketFramer
{
    /// <summary>As much of a packet as is kept when it is not read whole, and as much as a stranger may send, in bytes.</summary>
    public const int Beginning = 16 * 1024;

    long _skip;
    byte[]? _beginning;
    FixedHeader _oversized;

    /// <summary>Largest packet, fixed header and all, in bytes.</summary>
    public int Limit { get; set; } = Beginning;

    /// <summary>Whether an oversized packet is to be thrown away up to its end before it is handed on.</summary>
    public bool SkipsOversized { get; set; }

    /// <param name="input">Shortened by what was taken.</param>
    /// <param name="body">What follows the fixed header, or its beginning; valid until the input is advanced.</param>
    public FrameStatus Take(ref ReadOnlySequence<byte> input, out FixedHeader header, out ReadOnlySequence<byte> body)
    {
        body = default;
        if (_beginning is not null) return Skip(ref input, out header, out body);

        switch (FixedHeader.TryRead(input, out header))
        {
            case FixedHeaderStatus.Malformed:
                return FrameStatus.Malformed;
            case FixedHeaderStatus.Incomplete:
                return FrameStatus.Incomplete;
        }

        if (!header.IsFromClient) return FrameStatus.Malformed;
        if (header.PacketLength > Limit) return TakeOversized(ref input, header, out body);
        if (input.Length < header.PacketLength) return FrameStatus.Incomplete;

        body = input.Slice(header.Length, header.RemainingLength);
        input = input.Slice(body.End);
        return FrameStatus.Complete;
    }

    FrameStatus TakeOversized(ref ReadOnlySequence<byte> input, FixedHeader header, out ReadOnlySequence<byte> body)
    {
        var seen = Math.Min(input.Length, Math.Min(header.PacketLength, Beginning));
        body = input.Slice(header.Length, seen - header.Length);
        if (!SkipsOversized || header.Type != MqttControlPacketType.Publish) return FrameStatus.Oversized;

        // Topic and packet identifier are needed to answer, so the beginning is waited for.
        if (seen < Math.Min(header.PacketLength, Beginning)) return FrameStatus.Incomplete;
        _beginning = body.ToArray();
        _skip = header.PacketLength - seen;
        _oversized = header;
        input = input.Slice(body.End);
        return Skip(ref input, out _, out body);
    }

    FrameStatus Skip(ref ReadOnlySequence<byte> input, out FixedHeader header, out ReadOnlySequence<byte> body)
    {
        header = _oversized;
        body = default;
        var skipped = Math.Min(_skip, input.Length);
        input = input.Slice(skipped);
        _skip -= skipped;
        if (_skip > 0) return FrameStatus.Incomplete;

        body = new ReadOnlySequence<byte>(_beginning!);
        _beginning = null;
        return FrameStatus.Oversized;
    }
}

enum FrameStatus
{
    Incomplete,

    Complete,

    /// <summary>Larger than the limit: the body is its beginning.</summary>
    Oversized,

    /// <summary>Nothing after this can be told apart: the connection ends.</summary>
    Malformed,
}
