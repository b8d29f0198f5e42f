using System.Text.Json.Serialization;

namespace EdgeGateway.Simulators.Verification;

/// <summary>How a transcript and the ledger agree. The lists name messages as <c>device #number</c>.</summary>
sealed record Verdict
{
    /// <summary>Evidence messages in the transcript.</summary>
    public required int Messages { get; init; }

    public required int Acknowledged { get; init; }

    /// <summary>Of the transcript's messages, how many are in the ledger.</summary>
    public required int Sealed { get; init; }

    /// <summary>Acknowledged, and not in the ledger.</summary>
    public required IReadOnlyList<string> Lost { get; init; }

    /// <summary>In the ledger more than once, acknowledged or not.</summary>
    public required IReadOnlyList<string> Doubled { get; init; }

    /// <summary>In the ledger before a message of the same device that was sent, and acknowledged, earlier.</summary>
    public required IReadOnlyList<string> Reordered { get; init; }

    /// <summary>Messages that broke a rule on purpose.</summary>
    public required int Lies { get; init; }

    /// <summary>Of them, those that are in the ledger as evidence.</summary>
    public required IReadOnlyList<string> Believed { get; init; }

    /// <summary>
    /// Sealed later than allowed after the device had them ready, the latest first: the backlog of an outage. By itself no fault; told by the
    /// clocks of the two machines.
    /// </summary>
    public required IReadOnlyList<string> Delayed { get; init; }

    /// <summary>In seconds; 0 where nothing is in the ledger.</summary>
    public required double LongestDelay { get; init; }

    /// <summary>Clips that were never made, because the device's disk was full.</summary>
    public required int Withheld { get; init; }

    /// <summary>Acknowledged with an index at which the ledger has something else, or with two different ones.</summary>
    public required IReadOnlyList<string> Misindexed { get; init; }

    /// <summary>In the ledger without an acknowledgement having arrived: allowed, the device only sends them again.</summary>
    public required int UnacknowledgedButSealed { get; init; }

    /// <summary>The ledger's items of these devices that the transcript knows nothing of: of other runs, say.</summary>
    public required int Unknown { get; init; }

    /// <summary>Frames damaged on purpose that were sealed as evidence although their check fails.</summary>
    public required int DamagedButSealed { get; init; }

    [JsonPropertyName("ok")]
    public bool IsOk => Lost.Count == 0 && Doubled.Count == 0 && Reordered.Count == 0 && Misindexed.Count == 0 && Believed.Count == 0;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(Verdict))]
sealed partial class VerdictJson : JsonSerializerContext;
