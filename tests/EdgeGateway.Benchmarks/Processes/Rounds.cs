using System.Diagnostics;

namespace EdgeGateway.Benchmarks.Processes;

/// <summary>What is measured again and again, in turn with its peers.</summary>
static class Rounds
{
    /// <returns>Seconds.</returns>
    public static async Task<double> TimedAsync(Func<Task> action)
    {
        var start = Stopwatch.GetTimestamp();
        await action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>The middle one; of an even number the upper of the two.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
