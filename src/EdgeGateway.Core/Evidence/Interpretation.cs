namespace EdgeGateway.Evidence;

/// <summary>What was read in a message, beside its bytes. Nothing here is corrected.</summary>
public sealed record Interpretation
{
    /// <summary>For payloads that nothing reads into.</summary>
    public static readonly Interpretation None = new() { Verdict = ParseVerdict.None };

    public required ParseVerdict Verdict { get; init; }

    /// <summary>The device's own id of the event; null if it gives none. At most 256 characters.</summary>
    public string? EventId { get; init; }

    /// <summary>The device's own time exactly as it wrote it; null if it gives none. At most 64 characters.</summary>
    public string? CapturedAt { get; init; }

    /// <summary>The same as an instant, where it could be read.</summary>
    public DateTimeOffset? CapturedAtUtc { get; init; }

    /// <summary>The device's own time is the beginning of the period that the message is about, so it says nothing of the device's clock.</summary>
    public bool IsPeriodStart { get; init; }

    /// <summary>Telemetry fields that were found, by the profile's name for them. At most 256 characters each.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; init; } = new Dictionary<string, string>();
}

public enum ParseVerdict
{
    /// <summary>The profile reads nothing in this message.</summary>
    None,

    Ok,

    /// <summary>The payload is not what the profile says; it is sealed all the same.</summary>
    Failed,
}
