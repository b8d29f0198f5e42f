namespace EdgeGateway.Devices.Serial.Hj212;

/// <summary>
/// Cuts the bytes of a line into frames by their grammar, never by timing (HJ 212-2017 section 6.2): <c>##</c>, four
/// decimal digits, that many bytes of data (0 to 1024), four hexadecimal digits, CR LF. Whatever does not fit comes out as
/// noise. Not safe for several threads.
/// </summary>
public sealed class Hj212Framer() : GrammarFramer(MaximumFrameBytes)
{
    public const int MaximumDataBytes = 1024;
    public const int MaximumFrameBytes = HeaderBytes + MaximumDataBytes + TrailerBytes;

    const int HeaderBytes = 6;
    const int TrailerBytes = Hj212Crc.Digits + 2;

    protected override byte First => (byte)'#';

    /// <summary>The data segment of a frame that came out of a framer.</summary>
    public static ReadOnlyMemory<byte> Data(ReadOnlyMemory<byte> frame) => frame[HeaderBytes..^TrailerBytes];

    /// <summary>Whether these bytes are one whole frame, its checksum aside.</summary>
    public static bool IsFrame(ReadOnlySpan<byte> bytes) => LengthOf(bytes) is var length && length > 0 && length == bytes.Length;

    /// <summary>Whether the checksum of a whole frame fits its data.</summary>
    public static bool CrcIsRight(ReadOnlySpan<byte> frame) =>
        Hj212Crc.TryParse(frame[^TrailerBytes..^2], out var stated) && stated == Hj212Crc.Compute(frame[HeaderBytes..^TrailerBytes]);

    protected override int FrameAt(ReadOnlySpan<byte> bytes) => LengthOf(bytes);

    protected override bool IsRight(ReadOnlySpan<byte> frame) => CrcIsRight(frame);

    /// <returns>The frame's length, <see cref="GrammarFramer.NoFrame"/>, or <see cref="GrammarFramer.Incomplete"/> while it can still become one.</returns>
    static int LengthOf(ReadOnlySpan<byte> bytes)
    {
        var length = 0;
        for (var i = 0; i < HeaderBytes; i++)
        {
            if (i == bytes.Length) return Incomplete;
            if (i < 2 ? bytes[i] != (byte)'#' : !char.IsAsciiDigit((char)bytes[i])) return NoFrame;
            if (i >= 2) length = (length * 10) + (bytes[i] - '0');
        }

        if (length > MaximumDataBytes) return NoFrame;

        // No field of a data segment holds a line break. Without this a frame cut short would swallow the good ones after
        // it until its length was made up.
        var data = bytes[HeaderBytes..Math.Min(bytes.Length, HeaderBytes + length)];
        if (data.IndexOfAny((byte)'\r', (byte)'\n') >= 0) return NoFrame;

        var trailer = bytes[(HeaderBytes + data.Length)..];
        for (var i = 0; i < TrailerBytes; i++)
        {
            if (data.Length < length || i == trailer.Length) return Incomplete;
            var fits = i switch
            {
                Hj212Crc.Digits => trailer[i] == (byte)'\r',
                Hj212Crc.Digits + 1 => trailer[i] == (byte)'\n',
                _ => char.IsAsciiHexDigit((char)trailer[i]),
            };
            if (!fits) return NoFrame;
        }

        return HeaderBytes + length + TrailerBytes;
    }
}
