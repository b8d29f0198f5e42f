namespace EdgeGateway.Devices.Serial.Hj212;

/// <summary>
/// What a frame of statistics is about (HJ 212-2017 table 9): in 2051, 2061, 2031 and 2041 DataTime is the beginning of the
/// period, so it is as old as the period is long when it comes in time.
/// </summary>
/// <param name="IsBackfill">It came later than a resend in time can explain: the instrument kept it while the link was down.</param>
public sealed record Hj212Period(DateTimeOffset From, DateTimeOffset To, bool IsBackfill)
{
    /// <summary>Within this after the end of its period a frame is live: the instrument computes, waits its turn and resends.</summary>
    public static readonly TimeSpan Allowance = TimeSpan.FromMinutes(10);

    // The longest that MinInterval may be (2051 does not say which it was).
    static readonly TimeSpan Minutes = TimeSpan.FromMinutes(30);

    public static bool IsPeriodic(string command) => LengthOf(command) is not null;

    /// <summary>Null where the command is of no period. <c>To</c> of 2051 is the latest that it can be.</summary>
    public static Hj212Period? Of(string command, DateTimeOffset? from, DateTimeOffset receivedAt) =>
        LengthOf(command) is { } length && from is { } start && start <= DateTimeOffset.MaxValue - length - Allowance
            ? new(start, start + length, receivedAt > start + length + Allowance)
            : null;

    static TimeSpan? LengthOf(string command) => command switch
    {
        "2051" => Minutes,
        "2061" => TimeSpan.FromHours(1),
        "2031" or "2041" => TimeSpan.FromDays(1),
        _ => null,
    };
}
