using System.Text.Json.Serialization;

namespace EdgeGateway.Simulators.Runs;

/// <summary>What a run came to.</summary>
sealed record RunSummary
{
    public required string Scenario { get; init; }

    public required long Seed { get; init; }

    public required double Seconds { get; init; }

    public required int Devices { get; init; }

    public required long Sent { get; init; }

    public required long Resent { get; init; }

    public required long Damaged { get; init; }

    public required long Acknowledged { get; init; }

    public required long Refused { get; init; }

    public required long Dropped { get; init; }

    /// <summary>Sent and neither answered nor given up.</summary>
    public required int InFlight { get; init; }

    public required int Connects { get; init; }

    public required int Violations { get; init; }

    /// <summary>Of devices that can't get through, each with its reason.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>Whether everything that was sent was taken.</summary>
    [JsonIgnore]
    public bool IsWhole => InFlight == 0 && Refused == 0 && Dropped == 0 && Violations == 0;

    public override string ToString() =>
        $"sent {Sent}, acknowledged {Acknowledged}, in flight {InFlight}, resent {Resent}, damaged {Damaged}, refused {Refused}, "
        + $"dropped {Dropped}, connects {Connects}, protocol violations {Violations}";
}
