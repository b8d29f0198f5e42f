using EdgeGateway.Docks;

namespace EdgeGateway.Tests.Docks;

public sealed class CounterRunTests
{
    [Theory]
    [InlineData(new long[] { 1, 2, 3 }, -1, 3, 0, "")]
    [InlineData(new long[] { 7, 3, 4 }, -1, 7, 2, "5-6")]
    [InlineData(new long[] { 10 }, 7, 10, 2, "8-9")]
    [InlineData(new long[] { 8, 9 }, 7, 9, 0, "")]
    [InlineData(new long[] { 5, 6 }, 7, 7, 0, "")]
    [InlineData(new long[] { 5, 9 }, 7, 9, 1, "8-8")]
    [InlineData(new long[] { 1, 2 }, 9999, 2, 0, "")]
    [InlineData(new long[] { 0, 3 }, 9999, 3, 2, "1-2")]
    [InlineData(new long[] { 4, 4, 4 }, 3, 4, 0, "")]
    [InlineData(new long[] { 0, 999999999999999999 }, -1, 999999999999999999, 999999999999999998, "1-999999999999999998")]
    public void Numbers_that_are_missing_are_told(long[] numbers, long before, long last, long missing, string holes)
    {
        var run = CounterRun.Of(numbers, before < 0 ? null : before);

        Assert.Equal((last, missing, holes), (run.Last, run.Missing, string.Join(' ', run.Holes.Select(hole => $"{hole.From}-{hole.To}"))));
    }

    [Fact]
    public void Of_many_holes_the_first_are_told_and_all_are_counted()
    {
        var run = CounterRun.Of(Enumerable.Range(0, 1000).Select(number => number * 2L), null);

        Assert.Equal((999, CounterRun.MaximumHoles), (run.Missing, run.Holes.Count));
    }
}
