namespace EdgeGateway.Simulators.Devices;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers for the same seed with every runtime, which System.Random does
/// not promise. Each device has its own, so that one device more or less changes nothing for the others.
/// </summary>
sealed class SeededRandom
{
    ulong _state;

    public SeededRandom(long seed, string device)
    {
        unchecked
        {
            // FNV-1a of the device's id tells the devices' sequences apart.
            var hash = 14695981039346656037UL;
            foreach (var c in device) hash = (hash ^ c) * 1099511628211UL;
            _state = hash ^ (ulong)seed;
        }
    }

    /// <summary>0 up to, and without, <paramref name="bound"/>.</summary>
    public int Next(int bound) => (int)(NextBits() % (ulong)bound);

    /// <summary>0 up to, and without, 1.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    ulong NextBits()
    {
        unchecked
        {
            _state += 0x9E3779B97F4A7C15UL;
            var z = _state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return z ^ (z >> 31);
        }
    }
}
