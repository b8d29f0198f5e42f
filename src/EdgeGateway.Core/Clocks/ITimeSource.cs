namespace EdgeGateway.Clocks;

/// <summary>Something that knows the time better than this machine does: chrony, a GNSS receiver. Asked by one caller at a time.</summary>
public interface ITimeSource
{
    /// <summary>What entries name it by (field <c>clock.source</c>): lower-case letters, e.g. <c>chrony</c>, <c>gnss</c>.</summary>
    string Name { get; }

    /// <summary>Ends within a few seconds. That it has no time is an answer and not an exception.</summary>
    ValueTask<TimeSourceAnswer> ReadAsync(CancellationToken cancellationToken);
}

/// <summary>How far the gateway's clock is from a source's time.</summary>
/// <param name="OffsetMicroseconds">The gateway's clock less the source's: positive where the gateway is ahead.</param>
/// <param name="UncertaintyMicroseconds">The true time lies within so much of the source's; not negative.</param>
/// <param name="At">The gateway's clock when it was measured.</param>
public sealed record TimeSourceReading(long OffsetMicroseconds, long UncertaintyMicroseconds, DateTimeOffset At);

/// <summary>A reading, or why there is none.</summary>
public sealed record TimeSourceAnswer
{
    TimeSourceAnswer(TimeSourceReading? reading, string? why)
    {
        Reading = reading;
        Why = why;
    }

    public TimeSourceReading? Reading { get; }

    /// <summary>Why there is no reading, as part of a sentence; null where there is one.</summary>
    public string? Why { get; }

    public static TimeSourceAnswer Of(TimeSourceReading reading) => new(reading, null);

    public static TimeSourceAnswer None(string why) => new(null, why);
}
