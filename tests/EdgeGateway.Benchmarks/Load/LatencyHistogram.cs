using System.Numerics;

namespace EdgeGateway.Benchmarks.Load;

/// <summary>Durations in buckets of at most 3 % width. Not thread safe: one for each publisher, added up at the end.</summary>
sealed class LatencyHistogram
{
    const int StepBits = 5;
    const int Steps = 1 << StepBits;

    readonly long[] _counts = new long[(64 - StepBits) * Steps];

    public long Count { get; private set; }

    public void Add(TimeSpan duration)
    {
        _counts[BucketOf(Math.Max(duration.Ticks, 0))]++;
        Count++;
    }

    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < _counts.Length; i++) _counts[i] += other._counts[i];
        Count += other.Count;
    }

    /// <summary>The upper edge of the bucket that the given share lies in; zero of nothing.</summary>
    public TimeSpan Percentile(double share)
    {
        var rank = (long)Math.Ceiling(Count * share);
        for (var (i, seen) = (0, 0L); i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank && rank > 0) return TimeSpan.FromTicks(UpperEdge(i));
        }

        return TimeSpan.Zero;
    }

    // As floating point: the position of the highest bit, and the bits after it.
    static int BucketOf(long ticks)
    {
        if (ticks < Steps) return (int)ticks;
        var shift = BitOperations.Log2((ulong)ticks) - StepBits;
        return (shift + 1) * Steps + (int)((ticks >> shift) - Steps);
    }

    static long UpperEdge(int bucket)
    {
        if (bucket < Steps) return bucket;
        var shift = bucket / Steps - 1;
        return ((long)(bucket % Steps + Steps + 1) << shift) - 1;
    }
}
