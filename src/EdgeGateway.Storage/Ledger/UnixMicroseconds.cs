namespace EdgeGateway.Storage.Ledger;

/// <summary>Times as the ledger's binary files hold them: microseconds since 1970-01-01 UTC.</summary>
static class UnixMicroseconds
{
    public static long Of(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset ToTime(long microseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    /// <summary>The time, or null where there is none: from before year 1 or after 9999.</summary>
    public static DateTimeOffset? TryRead(long microseconds) =>
        microseconds >= Of(DateTimeOffset.MinValue) && microseconds <= Of(DateTimeOffset.MaxValue) ? ToTime(microseconds) : null;

    /// <summary>The time without what a microsecond does not hold, as a leaf says it.</summary>
    public static DateTimeOffset Truncate(DateTimeOffset time) => ToTime(Of(time));
}
