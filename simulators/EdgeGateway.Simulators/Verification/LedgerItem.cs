using System.Text.Json.Serialization;

namespace EdgeGateway.Simulators.Verification;

/// <summary>What is read of one item of <c>edgegw evidence list --json</c>.</summary>
sealed record LedgerItem
{
    public required long Index { get; init; }

    public required string Device { get; init; }

    /// <summary>Anything but <c>quarantine</c> counts as evidence.</summary>
    public string? Kind { get; init; }

    public DateTimeOffset? SealedAt { get; init; }

    /// <summary>Null where the private part has been erased.</summary>
    public string? Sha256 { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LedgerItem))]
sealed partial class LedgerItemJson : JsonSerializerContext;
