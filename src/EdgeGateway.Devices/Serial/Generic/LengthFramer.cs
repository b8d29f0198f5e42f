using System.Buffers.Binary;
using EdgeGateway.Profiles;

namespace EdgeGateway.Devices.Serial.Generic;

/// <summary>Frames that begin with a fixed run of bytes and say how long they are.</summary>
public sealed class LengthFramer(LengthFraming framing) : GrammarFramer(framing.MaximumFrameBytes)
{
    readonly byte[] _mark = Convert.FromHexString(framing.Start);
    readonly int _shortest = Math.Max(framing.Start.Length / 2, framing.LengthAt + framing.LengthBytes) + Checksums.LengthOf(framing.Checksum);

    protected override byte First => _mark[0];

    protected override int FrameAt(ReadOnlySpan<byte> bytes)
    {
        var seen = Math.Min(bytes.Length, _mark.Length);
        if (!bytes[..seen].SequenceEqual(_mark.AsSpan(0, seen))) return NoFrame;
        if (bytes.Length < Math.Max(_mark.Length, framing.LengthAt + framing.LengthBytes)) return Incomplete;

        var field = bytes.Slice(framing.LengthAt, framing.LengthBytes);
        var stated = framing.LengthBytes == 1 ? field[0]
            : framing.LittleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(field)
            : BinaryPrimitives.ReadUInt16BigEndian(field);
        var length = stated + framing.LengthAdds;

        // Bounded before anything is waited for: a length that can't be is no reason to swallow what follows.
        if (length < _shortest || length > framing.MaximumFrameBytes) return NoFrame;
        return bytes.Length < length ? Incomplete : length;
    }

    protected override bool IsRight(ReadOnlySpan<byte> frame) => Checksums.IsRight(framing.Checksum, frame);
}
