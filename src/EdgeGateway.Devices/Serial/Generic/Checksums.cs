using System.Buffers.Binary;
using EdgeGateway.Profiles;

namespace EdgeGateway.Devices.Serial.Generic;

/// <summary>Checksums at the end of a frame.</summary>
public static class Checksums
{
    public static int LengthOf(FrameChecksum kind) => kind switch { FrameChecksum.None => 0, FrameChecksum.Crc16Modbus => 2, _ => 1 };

    /// <summary>Whether the last bytes of a frame are the checksum of all before them. A frame at least as long as its checksum.</summary>
    public static bool IsRight(FrameChecksum kind, ReadOnlySpan<byte> frame)
    {
        var over = frame[..^LengthOf(kind)];
        return kind switch
        {
            FrameChecksum.None => true,
            FrameChecksum.Crc16Modbus => BinaryPrimitives.ReadUInt16LittleEndian(frame[^2..]) == Crc16Modbus(over),
            FrameChecksum.Xor => frame[^1] == Xor(over),
            _ => frame[^1] == Sum(over),
        };
    }

    /// <summary>MODBUS over Serial Line V1.02 section 6.2.2: of "123456789" it is 4B37.</summary>
    public static ushort Crc16Modbus(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFF;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xA001;
        }

        return (ushort)crc;
    }

    public static byte Xor(ReadOnlySpan<byte> bytes)
    {
        byte all = 0;
        foreach (var b in bytes) all ^= b;
        return all;
    }

    public static byte Sum(ReadOnlySpan<byte> bytes)
    {
        byte all = 0;
        foreach (var b in bytes) all = unchecked((byte)(all + b));
        return all;
    }
}
