using EdgeGateway.Devices;
using EdgeGateway.Profiles;

namespace EdgeGateway.Evidence;

/// <summary>What a wire hands over: bytes, clocks, who sent them and how that is known.</summary>
public sealed class Arrival
{
    public required Device Device { get; init; }

    public required MessageRule Message { get; init; }

    /// <summary>The message byte for byte; of an upload the manifest. Must not change until the outcome is known.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>The object of an upload, which is what is sealed then; null for a message that is itself the evidence.</summary>
    public StoredObject? Object { get; init; }

    /// <summary>What the bytes were understood to say; the bytes themselves are what is sealed.</summary>
    public required Interpretation Interpretation { get; init; }

    /// <summary>Topic or line. May hold what a device wrote, so it goes to the private part.</summary>
    public required string Address { get; init; }

    public required Authentication Authentication { get; init; }

    /// <summary>A file of a dock that was picked up later than the settings allow; decided by date, so only where the clock may.</summary>
    public bool IsLate { get; init; }

    /// <summary>The gateway's UTC when the last byte had arrived.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The media type the device claims (MQTT 5 content type), unchecked; null if none.</summary>
    public string? ClaimedMediaType { get; init; }

    /// <summary>The MQTT DUP flag: the sender says that it may have sent this before.</summary>
    public bool Duplicate { get; init; }
}
