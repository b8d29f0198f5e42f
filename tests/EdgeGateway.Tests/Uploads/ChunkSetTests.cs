using EdgeGateway.Uploads;

namespace EdgeGateway.Tests.Uploads;

public sealed class ChunkSetTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(1000)]
    public void Missing_ranges_prefix_and_count_are_those_of_a_plain_list(int chunks)
    {
        var random = new Random(chunks);
        var set = new ChunkSet(chunks);
        var plain = new bool[chunks];
        foreach (var chunk in Enumerable.Range(0, chunks).OrderBy(_ => random.Next()))
        {
            Assert.Equal(Ranges(plain), set.Missing());
            Assert.True(set.Add(chunk));
            Assert.False(set.Add(chunk));
            plain[chunk] = true;
            Assert.Equal(plain.TakeWhile(there => there).Count(), set.Prefix);
            Assert.Equal(plain.Count(there => there), set.Count);
        }

        Assert.True(set.IsFull);
        Assert.Empty(set.Missing());
    }

    static IEnumerable<(int, int)> Ranges(bool[] plain)
    {
        for (var first = 0; first < plain.Length; first++)
        {
            if (plain[first]) continue;
            var last = first;
            while (last + 1 < plain.Length && !plain[last + 1]) last++;
            yield return (first, last);
            first = last;
        }
    }
}
