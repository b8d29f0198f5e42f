using EdgeGateway.Profiles;

namespace EdgeGateway.Devices.Serial.Generic;

/// <summary>
/// Frames that end where a fixed run of bytes stands. Without a start, what is too long is noise up to the next end; with
/// one, a frame is what lies between the last start and the end, so one that was cut short gives way to the next.
/// </summary>
/// <param name="isRight">Whether the checksum of a whole frame fits; null where frames have none.</param>
public sealed class DelimiterFramer(DelimiterFraming framing, Func<ReadOnlyMemory<byte>, bool>? isRight = null) : ISerialFramer
{
    readonly byte[] _startMark = Convert.FromHexString(framing.Start);
    readonly byte[] _endMark = Convert.FromHexString(framing.End);
    readonly byte[] _buffer = new byte[framing.MaximumFrameBytes + SerialFramers.MaximumNoiseBytes + SerialFramers.MaximumFeedBytes];
    int _start;
    int _end;
    bool _skipping;

    public void Feed(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _buffer.Length - _end)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        bytes.CopyTo(_buffer.AsSpan(_end));
        _end += bytes.Length;
    }

    public bool TryRead(out SerialChunk chunk)
    {
        chunk = default;
        var rest = _buffer.AsSpan(_start.._end);
        var at = rest.IndexOf(_endMark);
        var whole = at < 0 ? 0 : at + _endMark.Length;
        var noise = whole > 0 ? NoiseBefore(rest[..at], whole) : NoiseIn(rest);
        if (noise > 0)
        {
            chunk = TakeNoise(noise);
            if (_skipping && whole > 0 && chunk.Bytes.Length == whole) _skipping = false;
            return true;
        }

        if (whole == 0) return false;
        var frame = Take(whole);
        chunk = new(isRight?.Invoke(frame) == false ? SerialChunkKind.WrongChecksum : SerialChunkKind.Frame, frame);
        return true;
    }

    public bool TryFlush(out SerialChunk chunk)
    {
        var any = _end > _start;
        chunk = any ? TakeNoise(_end - _start) : default;
        return any;
    }

    /// <returns>How many bytes before and in a piece that has its end are noise: 0 where the piece is a frame.</returns>
    int NoiseBefore(ReadOnlySpan<byte> content, int whole)
    {
        var begin = _startMark.Length == 0 ? 0 : content.LastIndexOf(_startMark);
        if (begin > 0) return begin;

        _skipping |= whole > framing.MaximumFrameBytes && _startMark.Length == 0;
        return _skipping || begin < 0 || content.Length == 0 || whole > framing.MaximumFrameBytes ? whole : 0;
    }

    /// <returns>How many bytes can't become part of a frame any more, while no end has come.</returns>
    int NoiseIn(ReadOnlySpan<byte> rest)
    {
        if (_startMark.Length > 0)
        {
            var begin = rest.LastIndexOf(_startMark);
            if (begin > 0) return begin;
            if (begin < 0) return rest.Length - Partial(rest, _startMark);
            return rest.Length > framing.MaximumFrameBytes ? rest.Length - Partial(rest, _endMark) : 0;
        }

        // The end may be half here, so a piece is too long only once a whole frame's worth is without one.
        _skipping |= rest.Length >= framing.MaximumFrameBytes;
        return _skipping ? rest.Length - Partial(rest, _endMark) : 0;
    }

    /// <returns>How many of the last bytes may be the beginning of a mark.</returns>
    static int Partial(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> mark)
    {
        for (var length = Math.Min(mark.Length - 1, bytes.Length); length > 0; length--)
        {
            if (bytes[^length..].SequenceEqual(mark[..length])) return length;
        }

        return 0;
    }

    SerialChunk TakeNoise(int count) => new(SerialChunkKind.Noise, Take(Math.Min(count, SerialFramers.MaximumNoiseBytes)));

    byte[] Take(int count)
    {
        var bytes = _buffer.AsSpan(_start, count).ToArray();
        _start += count;
        return bytes;
    }
}
