using EdgeGateway.Benchmarks.Load;

namespace EdgeGateway.Benchmarks.Ingest;

/// <summary>One measurement: how many publishers against which target.</summary>
sealed record IngestRound(int Publishers, string Target, LoadResult Result);

/// <summary>Medians over the rounds of one target with one number of publishers.</summary>
sealed record IngestRow(int Publishers, string Target, double PerSecond, TimeSpan Median, TimeSpan P99)
{
    public static IReadOnlyList<IngestRow> Of(IEnumerable<IngestRound> rounds) =>
    [
        .. rounds.GroupBy(round => (round.Publishers, round.Target)).Select(group => new IngestRow(
            group.Key.Publishers,
            group.Key.Target,
            MedianOf(group.Select(round => round.Result.PerSecond)),
            TimeSpan.FromTicks((long)MedianOf(group.Select(round => (double)round.Result.Median.Ticks))),
            TimeSpan.FromTicks((long)MedianOf(group.Select(round => (double)round.Result.P99.Ticks))))),
    ];

    static double MedianOf(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
