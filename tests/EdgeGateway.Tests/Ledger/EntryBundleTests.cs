using System.Buffers;

namespace EdgeGateway.Ledger;

public sealed class EntryBundleTests
{
    static readonly byte[] Bundle = Convert.FromHexString(TlogVectors.SmallBundle);

    [Fact]
    public void Entries_are_written_as_in_the_vector_and_read_back()
    {
        var writer = new ArrayBufferWriter<byte>();
        foreach (var entry in TlogVectorReader.SmallEntries) EntryBundle.Append(writer, entry);
        Assert.Equal(Bundle, writer.WrittenSpan.ToArray());
        Assert.Equal(TlogVectorReader.SmallEntries.Sum(entry => EntryBundle.EncodedLength(entry.Length)), Bundle.Length);
        Assert.Equal(TlogVectorReader.SmallEntries, EntryBundle.Decode(Bundle, 8).Select(entry => entry.ToArray()));
    }

    [Fact]
    public void The_longest_entry_fits_and_a_longer_one_does_not()
    {
        var writer = new ArrayBufferWriter<byte>();
        EntryBundle.Append(writer, new byte[65535]);
        Assert.Equal(65535, EntryBundle.Decode(writer.WrittenMemory, 1)[0].Length);
        Assert.Throws<ArgumentException>(() => EntryBundle.Append(writer, new byte[65536]));
        Assert.Equal(65537, writer.WrittenCount);
    }

    [Fact]
    public void A_bundle_cut_at_any_byte_is_refused()
    {
        for (var length = 0; length < Bundle.Length; length++)
            Assert.Throws<FormatException>(() => EntryBundle.Decode(Bundle.AsMemory(0, length), 8));
    }

    [Fact]
    public void Bytes_after_the_last_entry_are_refused()
    {
        var failure = Assert.Throws<FormatException>(() => EntryBundle.Decode(Bundle.Append((byte)0).ToArray(), 8));
        Assert.Equal("The bundle has 1 bytes after its 8 entries.", failure.Message);
        Assert.Throws<FormatException>(() => EntryBundle.Decode(Bundle, 7));
        Assert.Throws<FormatException>(() => EntryBundle.Decode(Bundle, 9));
    }

    [Fact]
    public void What_random_bytes_decode_to_is_written_again_alike()
    {
        var random = new Random(1);
        var accepted = 0;
        for (var i = 0; i < 10_000; i++)
        {
            var bytes = new byte[random.Next(12)];
            random.NextBytes(bytes);
            for (var b = 0; b < bytes.Length; b++) bytes[b] &= 3;
            var count = random.Next(4);
            ReadOnlyMemory<byte>[] entries;
            try
            {
                entries = EntryBundle.Decode(bytes, count);
            }
            catch (FormatException)
            {
                continue;
            }

            accepted++;
            var writer = new ArrayBufferWriter<byte>();
            foreach (var entry in entries) EntryBundle.Append(writer, entry.Span);
            Assert.Equal(bytes, writer.WrittenSpan.ToArray());
        }

        Assert.True(accepted > 10);
    }
}
