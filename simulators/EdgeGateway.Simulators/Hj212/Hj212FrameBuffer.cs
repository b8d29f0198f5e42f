namespace EdgeGateway.Simulators.Hj212;

/// <summary>Finds frames in what a line delivers, whatever lies between them. Holds one frame at most.</summary>
sealed class Hj212FrameBuffer
{
    readonly byte[] _bytes = new byte[Hj212Frame.MaximumDataSegment + Hj212Frame.Overhead];
    int _count;

    /// <summary>Takes what arrived; returns the whole frames in it that are in order.</summary>
    public List<Hj212Frame> Append(ReadOnlySpan<byte> arrived)
    {
        var frames = new List<Hj212Frame>();
        foreach (var value in arrived)
        {
            _bytes[_count++] = value;
            // What a false start had swallowed may hold several frames, so look again after each step.
            for (var step = Step(frames); step > 0; step = Step(frames)) Discard(step);
        }

        return frames;
    }

    /// <summary>How many bytes at the front are done with; 0 while more have to arrive.</summary>
    int Step(List<Hj212Frame> frames)
    {
        if (_count == 0) return 0;
        if (_bytes[0] != '#' || (_count > 1 && _bytes[1] != '#')) return 1;
        if (_count < 6) return 0;
        if (!Hj212Frame.TryReadLength(_bytes.AsSpan(2, 4), out var length)) return 1;
        var size = length + Hj212Frame.Overhead;
        if (_count < size) return 0;
        if (!Hj212Frame.TryDecode(_bytes.AsSpan(0, size), out var frame)) return 1;
        frames.Add(frame);
        return size;
    }

    void Discard(int count)
    {
        _bytes.AsSpan(count, _count - count).CopyTo(_bytes);
        _count -= count;
    }
}
