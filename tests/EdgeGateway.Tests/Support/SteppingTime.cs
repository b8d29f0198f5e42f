using Microsoft.Extensions.Time.Testing;

namespace EdgeGateway.Tests.Support;

/// <summary>Time that passes when told to, and a wall clock that can be set without it: the monotonic clock and timers don't notice.</summary>
sealed class SteppingTime(DateTimeOffset start) : TimeProvider
{
    readonly FakeTimeProvider _time = new(start);

    /// <summary>How far the wall clock was set so far.</summary>
    public TimeSpan Stepped { get; set; }

    public override long TimestampFrequency => _time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => _time.GetUtcNow() + Stepped;

    /// <summary>From the beginning on, as a machine counts from its boot.</summary>
    public override long GetTimestamp() => _time.GetTimestamp() - start.UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _time.CreateTimer(callback, state, dueTime, period);

    public void Advance(TimeSpan by) => _time.Advance(by);
}
