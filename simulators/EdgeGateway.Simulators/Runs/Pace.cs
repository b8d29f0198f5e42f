namespace EdgeGateway.Simulators.Runs;

/// <summary>Keeps the plan's time against the machine's.</summary>
/// <param name="duration">Nothing due at or after it is sent; null for no end.</param>
sealed class Pace(TimeProvider time, TimeSpan? duration) : IDisposable
{
    readonly long _started = time.GetTimestamp();
    readonly CancellationTokenSource _over = new(duration ?? Timeout.InfiniteTimeSpan, time);

    /// <summary>Cancelled once the duration has passed, for who does not go by due times.</summary>
    public CancellationToken Over => _over.Token;

    public TimeSpan Elapsed => time.GetElapsedTime(_started);

    /// <summary>False for what lies after the end.</summary>
    public bool Includes(TimeSpan due) => duration is null || due < duration;

    public Task WaitUntilAsync(TimeSpan due, CancellationToken cancellationToken)
    {
        var wait = due - Elapsed;
        return wait > TimeSpan.Zero ? Task.Delay(wait, time, cancellationToken) : Task.CompletedTask;
    }

    public void Dispose() => _over.Dispose();
}
