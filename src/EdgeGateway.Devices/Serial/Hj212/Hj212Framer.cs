namespace EdgeGateway.Devices.Serial.Hj212;

/// <summary>
/// Cuts the bytes of a line into frames by their grammar, never by timing (HJ 212-2017 section 6.2): <c>##</c>, four
/// decimal digits, that many bytes of data (0 to 1024), four hexadecimal digits, CR LF. Whatever does not fit comes out as
/// noise. Not safe for several threads.
/// </summary>
public sealed class Hj212Framer
{
    public const int MaximumDataBytes = 1024;
    public const int MaximumFrameBytes = HeaderBytes + MaximumDataBytes + TrailerBytes;
    public const int MaximumNoiseBytes = 1024;

    /// <summary>The most that one <see cref="Feed"/> takes.</summary>
    public const int MaximumFeedBytes = 4096;

    const int HeaderBytes = 6;
    const int TrailerBytes = Hj212Crc.Digits + 2;
    const int NoFrame = -1;
    const int Incomplete = 0;

    // Up to _at lies noise that was not handed out yet; from there on bytes that are not known to be anything.
    readonly byte[] _buffer = new byte[MaximumNoiseBytes + MaximumFrameBytes + MaximumFeedBytes];
    int _start;
    int _at;
    int _end;

    /// <summary>Takes up to <see cref="MaximumFeedBytes"/> more; call <see cref="TryRead"/> until it says no before the next.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _buffer.Length - _end)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _at -= _start;
            _end -= _start;
            _start = 0;
        }

        bytes.CopyTo(_buffer.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>The next piece; false when more bytes are needed to tell what the rest is.</summary>
    public bool TryRead(out Hj212Chunk chunk)
    {
        chunk = default;
        while (true)
        {
            Skim();
            if (_at - _start == MaximumNoiseBytes)
            {
                chunk = TakeNoise();
                return true;
            }

            if (_at == _end) return false;

            var rest = _buffer.AsSpan(_at.._end);
            var length = FrameAt(rest);
            if (length == Incomplete) return false;
            if (length == NoFrame)
            {
                _at++;
                continue;
            }

            var right = CrcIsRight(rest[..length]);
            var inner = right ? 0 : FrameWithin(rest[..length]);
            if (inner > 0)
            {
                _at += Math.Min(inner, MaximumNoiseBytes - (_at - _start));
                continue;
            }

            if (_at > _start)
            {
                chunk = TakeNoise();
                return true;
            }

            _at += length;
            chunk = new(right ? Hj212ChunkKind.Frame : Hj212ChunkKind.WrongCrc, Take());
            return true;
        }
    }

    /// <summary>What is left when nothing more will come, as noise; call until it says no.</summary>
    public bool TryFlush(out Hj212Chunk chunk)
    {
        _at = Math.Min(_end, _start + MaximumNoiseBytes);
        var any = _at > _start;
        chunk = any ? TakeNoise() : default;
        return any;
    }

    /// <summary>The data segment of a frame that came out of a framer.</summary>
    public static ReadOnlyMemory<byte> Data(ReadOnlyMemory<byte> frame) => frame[HeaderBytes..^TrailerBytes];

    /// <summary>Whether these bytes are one whole frame, its checksum aside.</summary>
    public static bool IsFrame(ReadOnlySpan<byte> bytes) => FrameAt(bytes) is var length && length > 0 && length == bytes.Length;

    /// <summary>Whether the checksum of a whole frame fits its data.</summary>
    public static bool CrcIsRight(ReadOnlySpan<byte> frame) =>
        Hj212Crc.TryParse(frame[^TrailerBytes..^2], out var stated) && stated == Hj212Crc.Compute(frame[HeaderBytes..^TrailerBytes]);

    // Bytes that can't begin a frame are noise.
    void Skim()
    {
        var room = Math.Min(_end, _start + MaximumNoiseBytes);
        var next = _buffer.AsSpan(_at, room - _at).IndexOf((byte)'#');
        _at = next < 0 ? room : _at + next;
    }

    Hj212Chunk TakeNoise() => new(Hj212ChunkKind.Noise, Take());

    byte[] Take()
    {
        var bytes = _buffer.AsSpan(_start.._at).ToArray();
        _start = _at;
        return bytes;
    }

    /// <returns>The frame's length, <see cref="NoFrame"/>, or <see cref="Incomplete"/> while it can still become one.</returns>
    static int FrameAt(ReadOnlySpan<byte> bytes)
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

    // A frame cut short whose length happens to end where the good frame behind it ends: the good one counts.
    static int FrameWithin(ReadOnlySpan<byte> bytes)
    {
        for (var i = 1; i < bytes.Length; i++)
        {
            if (bytes[i] == (byte)'#' && IsFrame(bytes[i..]) && CrcIsRight(bytes[i..])) return i;
        }

        return 0;
    }
}
