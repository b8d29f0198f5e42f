namespace EdgeGateway.Support;

/// <summary>Altered copies of a file, for decoders that must not take them.</summary>
static class TlogMutations
{
    /// <summary>The file cut at every byte.</summary>
    public static IEnumerable<byte[]> Truncations(byte[] file) => Enumerable.Range(0, file.Length).Select(length => file[..length]);

    /// <summary>The file with each of its bits flipped in turn.</summary>
    public static IEnumerable<(int Position, byte[] File)> BitFlips(byte[] file)
    {
        for (var bit = 0; bit < 8 * file.Length; bit++)
        {
            var flipped = file.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            yield return (bit / 8, flipped);
        }
    }

    /// <summary>Fixed-seed fuzz: bytes changed, inserted, deleted and ranges repeated or exchanged.</summary>
    public static IEnumerable<byte[]> Fuzz(byte[] file, int seed, int count)
    {
        var random = new Random(seed);
        byte[] likely = [(byte)'\n', (byte)' ', (byte)'+', (byte)'=', (byte)'0', (byte)'/', 0xE2, 0x80, 0x94, (byte)'\r', 0, 0xFF];
        for (var i = 0; i < count; i++)
        {
            var bytes = file.ToList();
            for (var edits = random.Next(1, 5); edits > 0; edits--)
            {
                var at = random.Next(bytes.Count + 1);
                var value = random.Next(2) == 0 ? likely[random.Next(likely.Length)] : (byte)random.Next(256);
                var length = Math.Min(random.Next(1, 40), bytes.Count - at);
                switch (random.Next(5))
                {
                    case 0 when at < bytes.Count: bytes[at] = value; break;
                    case 1: bytes.Insert(at, value); break;
                    case 2: bytes.RemoveRange(at, length); break;
                    case 3: bytes.InsertRange(at, bytes.GetRange(at, length)); break;
                    default: bytes.Reverse(at, length); break;
                }
            }

            yield return bytes.ToArray();
        }
    }
}
