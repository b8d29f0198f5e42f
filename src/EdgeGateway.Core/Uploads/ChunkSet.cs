using System.Numerics;

namespace EdgeGateway.Uploads;

/// <summary>Which chunks of an upload are there: one bit each. Not safe for several threads.</summary>
public sealed class ChunkSet(int chunks)
{
    readonly ulong[] _bits = new ulong[(chunks + 63) / 64];
    int _prefix;

    public int Count { get; private set; }

    public bool IsFull => Count == chunks;

    /// <summary>How many are there from the first one on, without a gap.</summary>
    public int Prefix
    {
        get
        {
            while (_prefix < chunks && Has(_prefix)) _prefix++;
            return _prefix;
        }
    }

    public bool Has(int chunk) => (_bits[chunk >> 6] & (1UL << (chunk & 63))) != 0;

    /// <returns>False where it was there already.</returns>
    public bool Add(int chunk)
    {
        if (Has(chunk)) return false;
        _bits[chunk >> 6] |= 1UL << (chunk & 63);
        Count++;
        return true;
    }

    /// <summary>The ranges of chunks that are not there, first and last, in order.</summary>
    public IEnumerable<(int First, int Last)> Missing()
    {
        for (var first = Next(0, present: false); first < chunks;)
        {
            var end = Next(first, present: true);
            yield return (first, end - 1);
            first = Next(end, present: false);
        }
    }

    int Next(int from, bool present)
    {
        while (from < chunks)
        {
            var word = (present ? _bits[from >> 6] : ~_bits[from >> 6]) >> (from & 63);
            if (word != 0) return Math.Min(chunks, from + BitOperations.TrailingZeroCount(word));
            from = (from | 63) + 1;
        }

        return chunks;
    }
}
