using System.Text;
using System.Text.Unicode;

namespace EdgeGateway.Devices.Serial;

/// <summary>A frame as a person reads it: as text where it is, else in hexadecimal. As a device wrote it: whoever shows it makes it harmless first.</summary>
public static class FrameText
{
    public static string Of(ReadOnlySpan<byte> bytes) =>
        Utf8.IsValid(bytes) && !IsBinary(bytes) ? Encoding.UTF8.GetString(bytes).TrimEnd('\r', '\n') : Convert.ToHexString(bytes);

    static bool IsBinary(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            if (b < 0x20 && b is not ((byte)'\r' or (byte)'\n' or (byte)'\t')) return true;
        }

        return false;
    }
}
