namespace EdgeGateway.Simulators.Hj212;

/// <summary>The check of HJ 212-2017, appendix A: not Modbus, though the polynomial is the same.</summary>
static class Hj212Crc
{
    public static ushort Of(ReadOnlySpan<byte> data)
    {
        var crc = 0xFFFF;
        foreach (var value in data)
        {
            crc = (crc >> 8) ^ value;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xA001 : crc >> 1;
        }

        return (ushort)crc;
    }
}
