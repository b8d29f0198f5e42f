namespace EdgeGateway.Simulators.Runs;

/// <summary>Keeps the plan's time against the machine's.</summary>
/// <param name="duration">Nothing due at or after it is sent; null for no end.</param>
sealed class Pace(TimeProvider time, TimeSpan? duration) : IDisposable
{
    readonly long _started = time.GetTimestamp();
    readonly DateTimeOffset _startedAt = time.GetUtcNow();
    readonly CancellationTokenSource _over = new(duration ?? Timeout.InfiniteTimeSpan, time);

    /// <summary>Cancelled once the duration has passed, for who does not go by due times.</summary>
    public CancellationToken Over => _over.Token;

    public TimeSpan Elapsed => time.GetElapsedTime(_started);

    /// <summary>When something is due, on the machine's clock.</summary>
    public DateTimeOffset InstantOf(TimeSpan due) => _startedAt + due;

    /// <summary>False for what lies after the end.</summary>
    public bool Includes(TimeSpan due) => duration is null || due < duration;

    public Task WaitUntilAsync(TimeSpan due, CancellationToken cancellationToken)
    {
        var wait = due - Elapsed;
        return wait > TimeSpan.Zero ? Task.Delay(wait, time, cancellationToken) : Task.CompletedTask;
    }

    /// <summary>Ends once the duration has passed.</summary>
    public async Task WaitForEndAsync(CancellationToken cancellationToken)
    {
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var ending = Over.UnsafeRegister(_ => over.TrySetResult(), null);
        await over.Task.WaitAsync(cancellationToken);
    }

    public void Dispose() => _over.Dispose();
}
