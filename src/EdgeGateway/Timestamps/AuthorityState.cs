namespace EdgeGateway.Timestamps;

/// <summary>
/// How an authority did lately, and when it may be asked again: after a failure it is left alone for a while, twice as long
/// each time, and never exactly as long, so that many gateways do not come back at once. One thread writes at a time.
/// </summary>
sealed class AuthorityState(TimestampAuthority authority, TimestampOptions options, TimeProvider time)
{
    const double Jitter = 0.2;

    public TimestampAuthority Authority => authority;

    /// <summary>Failures since it last gave a token.</summary>
    public int Failures { get; private set; }

    public DateTimeOffset? LastSuccess { get; private set; }

    /// <summary>What it failed with; null once it gave a token.</summary>
    public string? Error { get; private set; }

    public DateTimeOffset? NextTry { get; private set; }

    public bool MayBeAsked => NextTry is not { } next || time.GetUtcNow() >= next;

    public void Succeeded()
    {
        Failures = 0;
        Error = null;
        NextTry = null;
        LastSuccess = time.GetUtcNow();
    }

    public void Failed(string error)
    {
        Failures++;
        Error = error;
        var wait = Math.Min(options.Interval.TotalSeconds * Math.Pow(2, Math.Min(Failures - 1, 30)), options.LongestRetry.TotalSeconds);
        NextTry = time.GetUtcNow() + TimeSpan.FromSeconds(wait * (1 - Jitter + 2 * Jitter * Random.Shared.NextDouble()));
    }
}
