namespace EdgeGateway.Tests.Support;

/// <summary>Another's time; whoever asks for it lets something else happen first.</summary>
sealed class InterruptedTime(TimeProvider time, Action meanwhile) : TimeProvider
{
    public override TimeZoneInfo LocalTimeZone => time.LocalTimeZone;

    public override long TimestampFrequency => time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow()
    {
        meanwhile();
        return time.GetUtcNow();
    }

    public override long GetTimestamp() => time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => time.CreateTimer(callback, state, dueTime, period);
}
