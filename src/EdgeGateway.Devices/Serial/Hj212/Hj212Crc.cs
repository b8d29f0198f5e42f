using System.Buffers.Text;

namespace EdgeGateway.Devices.Serial.Hj212;

/// <summary>
/// The checksum of HJ 212-2017 appendix A. It is not Modbus's CRC-16: the high byte is shifted down before the byte is
/// mixed in, so that after a few bytes only 256 values remain and 1 in 256 damaged frames passes.
/// </summary>
public static class Hj212Crc
{
    public const int Digits = 4;

    static readonly ushort[] Table = MakeTable();

    /// <param name="data">The data segment alone: neither <c>##</c>, length nor the checksum itself.</param>
    public static ushort Compute(ReadOnlySpan<byte> data)
    {
        uint crc = 0xFFFF;
        foreach (var b in data) crc = Table[(crc >> 8) ^ b];
        return (ushort)crc;
    }

    /// <summary>Four hexadecimal digits, high byte first, in either case: devices send both.</summary>
    public static bool TryParse(ReadOnlySpan<byte> digits, out ushort crc)
    {
        crc = 0;
        return digits.Length == Digits && Utf8Parser.TryParse(digits, out crc, out var consumed, 'x') && consumed == Digits;
    }

    // The eight shifts for each value that "high byte xor next byte" can have.
    static ushort[] MakeTable()
    {
        var table = new ushort[256];
        for (var i = 0; i < table.Length; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xA001;
            table[i] = (ushort)crc;
        }

        return table;
    }
}
