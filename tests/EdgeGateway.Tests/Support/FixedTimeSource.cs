using EdgeGateway.Clocks;

namespace EdgeGateway.Tests.Support;

/// <summary>A source that says what it is told to; a GNSS receiver, unless named otherwise.</summary>
sealed class FixedTimeSource(TimeProvider time, string name = "gnss") : ITimeSource
{
    public string Name => name;

    public long OffsetMicroseconds { get; set; } = 12;

    public long UncertaintyMicroseconds { get; set; } = 34;

    /// <summary>Not null: it has no time, and this is why.</summary>
    public string? Why { get; set; }

    public ValueTask<TimeSourceAnswer> ReadAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Why is { } why
        ? TimeSourceAnswer.None(why)
        : TimeSourceAnswer.Of(new TimeSourceReading(OffsetMicroseconds, UncertaintyMicroseconds, time.GetUtcNow())));
}
