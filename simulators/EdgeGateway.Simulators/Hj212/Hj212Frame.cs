using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace EdgeGateway.Simulators.Hj212;

/// <summary>
/// A frame of HJ 212-2017, section 6.3: <c>##</c>, four digits of length, the data segment, four hexadecimal digits of
/// CRC, CR LF.
/// </summary>
/// <param name="Header">What comes before CP, in order: QN, ST, CN, PW, MN, Flag and, where split, PNUM and PNO.</param>
/// <param name="Cp">Between the two <c>&amp;&amp;</c>.</param>
sealed record Hj212Frame(IReadOnlyList<(string Name, string Value)> Header, string Cp)
{
    /// <summary>The length counts the data segment only; around it are 12 bytes more.</summary>
    public const int Overhead = 12;
    public const int MaximumDataSegment = 1024;

    /// <summary>Where the data segment begins.</summary>
    public const int DataStart = 6;

    const string CpStart = "CP=&&";
    const string CpEnd = "&&";

    public string? this[string name] => Header.FirstOrDefault(field => field.Name == name).Value;

    public byte[] Encode()
    {
        var data = new StringBuilder();
        foreach (var (name, value) in Header) data.Append(name).Append('=').Append(value).Append(';');
        data.Append(CpStart).Append(Cp).Append(CpEnd);
        var segment = Encoding.UTF8.GetBytes(data.ToString());
        if (segment.Length > MaximumDataSegment)
        {
            throw new InvalidOperationException($"A data segment of {segment.Length} bytes is larger than {MaximumDataSegment}.");
        }

        var start = string.Create(CultureInfo.InvariantCulture, $"##{segment.Length:D4}");
        var end = string.Create(CultureInfo.InvariantCulture, $"{Hj212Crc.Of(segment):X4}\r\n");
        return [.. Encoding.ASCII.GetBytes(start), .. segment, .. Encoding.ASCII.GetBytes(end)];
    }

    /// <summary>Reads one whole frame, from <c>##</c> to CR LF; false where anything is amiss, the CRC included.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Hj212Frame? frame)
    {
        frame = null;
        if (bytes.Length < Overhead || !bytes.StartsWith("##"u8) || !bytes.EndsWith("\r\n"u8)) return false;
        if (!TryReadLength(bytes[2..], out var length) || bytes.Length != length + Overhead) return false;
        var segment = bytes.Slice(6, length);
        var crc = Encoding.ASCII.GetString(bytes.Slice(6 + length, 4));
        if (!ushort.TryParse(crc, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var stated)) return false;
        return stated == Hj212Crc.Of(segment) && TryReadSegment(Encoding.UTF8.GetString(segment), out frame);
    }

    /// <summary>The four digits after <c>##</c>; false where they are no length that the standard allows.</summary>
    public static bool TryReadLength(ReadOnlySpan<byte> digits, out int length)
    {
        length = 0;
        if (digits.Length < 4) return false;
        for (var i = 0; i < 4; i++)
        {
            if (digits[i] is < (byte)'0' or > (byte)'9') return false;
            length = length * 10 + (digits[i] - '0');
        }

        return length <= MaximumDataSegment;
    }

    static bool TryReadSegment(string segment, [NotNullWhen(true)] out Hj212Frame? frame)
    {
        frame = null;
        var start = segment.IndexOf(CpStart, StringComparison.Ordinal);
        if (start < 0 || segment.Length < start + CpStart.Length + CpEnd.Length || !segment.EndsWith(CpEnd, StringComparison.Ordinal)) return false;
        var header = new List<(string, string)>();
        foreach (var field in segment[..start].Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = field.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0) return false;
            header.Add((field[..equals], field[(equals + 1)..]));
        }

        frame = new Hj212Frame(header, segment[(start + CpStart.Length)..^CpEnd.Length]);
        return true;
    }
}
