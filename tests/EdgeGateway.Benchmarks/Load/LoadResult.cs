namespace EdgeGateway.Benchmarks.Load;

/// <summary>What one measurement came to.</summary>
/// <param name="Acknowledged">Messages acknowledged within the measured time.</param>
/// <param name="Elapsed">The measured time.</param>
sealed record LoadResult(long Acknowledged, TimeSpan Elapsed, TimeSpan Median, TimeSpan P99)
{
    public double PerSecond => Acknowledged / Elapsed.TotalSeconds;
}
