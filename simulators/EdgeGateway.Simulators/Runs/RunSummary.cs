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

    /// <summary>Of those refused, what its fleet expects.</summary>
    public required long RefusedAsExpected { get; init; }

    public required long Dropped { get; init; }

    /// <summary>Clips that were never made, because the device's disk was full.</summary>
    public required long Withheld { get; init; }

    /// <summary>Sent and neither answered nor given up.</summary>
    public required int InFlight { get; init; }

    public required int Connects { get; init; }

    /// <summary>Sign-ins that were refused as they should be.</summary>
    public required int SignInsRefused { get; init; }

    public required int Violations { get; init; }

    /// <summary>Of devices that can't get through, each with its reason.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>Whether everything that was sent was taken, but for what is to be refused.</summary>
    [JsonIgnore]
    public bool IsWhole => InFlight == 0 && Refused == RefusedAsExpected && Dropped == 0 && Violations == 0;

    public override string ToString() =>
        $"sent {Sent}, acknowledged {Acknowledged}, in flight {InFlight}, resent {Resent}, damaged {Damaged}, refused {Refused} ({RefusedAsExpected} expected), "
        + $"dropped {Dropped}, withheld {Withheld}, connects {Connects}, sign-ins refused {SignInsRefused}, protocol violations {Violations}";
}
