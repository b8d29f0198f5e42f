namespace EdgeGateway.Simulators.Scenarios;

/// <summary>
/// The time that payloads carry: a start and what the plan says has passed since, never the machine's clock, so that the
/// same scenario and seed give the same bytes.
/// </summary>
readonly record struct ScenarioClock(DateTimeOffset Start)
{
    /// <summary>RFC 3339 in UTC with milliseconds.</summary>
    public string Rfc3339(TimeSpan offset) =>
        (Start + offset).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Beijing time without a zone, as HJ 212 writes it.</summary>
    public string Beijing(TimeSpan offset, string pattern) =>
        (Start + offset).ToOffset(TimeSpan.FromHours(8)).ToString(pattern, System.Globalization.CultureInfo.InvariantCulture);
}
