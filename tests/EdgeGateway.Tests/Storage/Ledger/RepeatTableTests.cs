using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;

namespace EdgeGateway.Tests.Storage.Ledger;

public sealed class RepeatTableTests
{
    [Theory]
    [InlineData(1, 4)]
    [InlineData(7, 40)]
    [InlineData(16, 1000)]
    public void The_table_knows_what_a_dictionary_of_the_newest_would_know(int size, int keys)
    {
        const int generations = 8;
        var random = new Random(20261126);
        var table = new RepeatTable(generations, size);
        var newest = new Dictionary<UInt128, long>();
        for (var put = 0; put < 5000; put++)
        {
            // Every now and then one key many times, as an instrument that says the same again and again.
            var key = Key(put / 100 % 3 == 0 ? 0 : random.Next(keys));
            table.Put(key, Entry(put));
            newest[key] = put;

            var dropped = Math.Max(0, put / size - generations + 1) * size;
            var probe = Key(random.Next(keys));
            var expected = newest.TryGetValue(probe, out var at) && at >= dropped ? Entry(at) : (Remembered?)null;
            Assert.Equal(expected, table.Find(probe));
        }

        foreach (var (key, at) in newest.Where(pair => pair.Value >= 5000 - size)) Assert.Equal(Entry(at), table.Find(key));
    }

    [Fact]
    public void A_record_takes_no_more_room_than_what_it_holds()
    {
        const int records = 80_000;
        var entry = Entry(1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var table = new RepeatTable(8, records / 8);
        for (var i = 0; i < records; i++) table.Put(Key(i), entry);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, records * 80L, records * 92L);
    }

    static UInt128 Key(int number) => new(unchecked((ulong)number * 0x9E3779B97F4A7C15), (ulong)number);

    static Remembered Entry(long number) => new((UInt128)number * 31, number, number * 1000, HashOf(number), number % 5 == 0);

    static Hash HashOf(long number)
    {
        var bytes = new byte[Hash.Length];
        BitConverter.TryWriteBytes(bytes, number);
        return new Hash(bytes);
    }
}
