namespace EdgeGateway.Devices.Serial;

/// <summary>
/// A framer for frames that tell by themselves where they begin and how long they are. Whatever does not fit the grammar
/// comes out as noise, byte by byte, so that nothing holds back the good frame behind it.
/// </summary>
public abstract class GrammarFramer(int maximumFrameBytes) : ISerialFramer
{
    /// <summary>What <see cref="FrameAt"/> says of bytes that can't become a frame.</summary>
    protected const int NoFrame = -1;

    /// <summary>What <see cref="FrameAt"/> says of bytes that can still become a frame.</summary>
    protected const int Incomplete = 0;

    const int MaximumNoiseBytes = SerialFramers.MaximumNoiseBytes;

    // Up to _at lies noise that was not handed out yet; from there on bytes that are not known to be anything.
    readonly byte[] _buffer = new byte[MaximumNoiseBytes + maximumFrameBytes + SerialFramers.MaximumFeedBytes];
    int _start;
    int _at;
    int _end;

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

    public bool TryRead(out SerialChunk chunk)
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

            var right = IsRight(rest[..length]);
            var inner = right ? 0 : FrameWithin(rest, length);
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
            chunk = new(right ? SerialChunkKind.Frame : SerialChunkKind.WrongChecksum, Take());
            return true;
        }
    }

    public bool TryFlush(out SerialChunk chunk)
    {
        _at = Math.Min(_end, _start + MaximumNoiseBytes);
        var any = _at > _start;
        chunk = any ? TakeNoise() : default;
        return any;
    }

    /// <summary>The byte that every frame begins with.</summary>
    protected abstract byte First { get; }

    /// <returns>The length of the frame that begins here, <see cref="NoFrame"/>, or <see cref="Incomplete"/> while it can still become one.</returns>
    protected abstract int FrameAt(ReadOnlySpan<byte> bytes);

    /// <summary>Whether the checksum of a whole frame fits.</summary>
    protected abstract bool IsRight(ReadOnlySpan<byte> frame);

    // Bytes that can't begin a frame are noise.
    void Skim()
    {
        var room = Math.Min(_end, _start + MaximumNoiseBytes);
        var next = _buffer.AsSpan(_at, room - _at).IndexOf(First);
        _at = next < 0 ? room : _at + next;
    }

    // A frame cut short swallows what comes behind it until its length is made up: a good frame that begins there counts.
    int FrameWithin(ReadOnlySpan<byte> rest, int length)
    {
        for (var i = 1; i < length; i++)
        {
            if (rest[i] != First) continue;
            var within = FrameAt(rest[i..]);
            if (within == Incomplete || (within > 0 && IsRight(rest.Slice(i, within)))) return i;
        }

        return 0;
    }

    SerialChunk TakeNoise() => new(SerialChunkKind.Noise, Take());

    byte[] Take()
    {
        var bytes = _buffer.AsSpan(_start.._at).ToArray();
        _start = _at;
        return bytes;
    }
}
