using EdgeGateway.Devices.Serial;

namespace EdgeGateway.Tests.Support;

/// <summary>What a framer makes of bytes.</summary>
static class FramerReading
{
    /// <summary>Fed in these pieces, with what is left at the end.</summary>
    public static List<SerialChunk> Read(ISerialFramer framer, params byte[][] pieces)
    {
        var chunks = new List<SerialChunk>();
        foreach (var piece in pieces)
        {
            framer.Feed(piece);
            while (framer.TryRead(out var chunk)) chunks.Add(chunk);
        }

        while (framer.TryFlush(out var rest)) chunks.Add(rest);
        return chunks;
    }

    /// <summary>Fed in pieces of any size.</summary>
    public static List<SerialChunk> ReadInPieces(ISerialFramer framer, byte[] input, Random random)
    {
        var pieces = new List<byte[]>();
        for (var position = 0; position < input.Length;)
        {
            var count = Math.Min(random.Next(1, 200), input.Length - position);
            pieces.Add(input[position..(position + count)]);
            position += count;
        }

        return Read(framer, [.. pieces]);
    }

    public static byte[] All(IEnumerable<SerialChunk> chunks) => [.. chunks.SelectMany(chunk => chunk.Bytes.ToArray())];

    /// <summary>Good frames, beginnings and damaged copies of them, and noise, glued together.</summary>
    public static byte[] Some(Random random, Func<byte[]> frame)
    {
        var bytes = new List<byte>();
        for (var piece = random.Next(1, 6); piece > 0; piece--)
        {
            var whole = frame();
            var noise = new byte[random.Next(300)];
            random.NextBytes(noise);
            switch (random.Next(4))
            {
                case 0:
                    bytes.AddRange(whole);
                    break;
                case 1:
                    bytes.AddRange(whole[..random.Next(whole.Length)]);
                    break;
                case 2:
                    whole[random.Next(whole.Length)] = (byte)random.Next(256);
                    bytes.AddRange(whole);
                    break;
                default:
                    bytes.AddRange(noise);
                    break;
            }
        }

        return [.. bytes];
    }
}
