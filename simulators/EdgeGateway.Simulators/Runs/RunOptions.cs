using EdgeGateway.Simulators.Hj212;

namespace EdgeGateway.Simulators.Runs;

/// <summary>What a run is told beside its scenario.</summary>
sealed record RunOptions
{
    public required RunTarget Target { get; init; }

    public required long Seed { get; init; }

    /// <summary>First instant of the payloads' clock.</summary>
    public required DateTimeOffset ClockStart { get; init; }

    /// <summary>Null runs until it is stopped, or until every device has fallen silent.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>By device id; null signs in without.</summary>
    public IReadOnlyDictionary<string, string>? Secrets { get; init; }

    /// <summary>By the scenario's names of serial lines.</summary>
    public required IReadOnlyDictionary<string, SerialEnd> Lines { get; init; }

    /// <summary>How long to wait, at the end, for what is in flight.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(5);
}
