using EdgeGateway.Evidence;
using EdgeGateway.Uploads;

namespace EdgeGateway.Storage.Uploads;

/// <summary>What is on disk of an upload beside its bytes: all that is needed to go on with it after a restart.</summary>
public sealed record UploadRecord
{
    public required string Device { get; init; }

    /// <summary>The device's name for it, an <see cref="UploadId"/>.</summary>
    public required string Upload { get; init; }

    /// <summary>The profile's name for the message that its manifest is.</summary>
    public required string Message { get; init; }

    /// <summary>The manifest's topic.</summary>
    public required string Address { get; init; }

    /// <summary>How it was known who sent the manifest.</summary>
    public required Authentication Authentication { get; init; }

    /// <summary>The manifest as it came.</summary>
    public required ReadOnlyMemory<byte> Manifest { get; init; }

    /// <summary>Whether all of it has come and is what the manifest claims: nobody writes to the bytes any more.</summary>
    public bool IsComplete { get; init; }

    /// <summary>Null until it is sealed.</summary>
    public UploadAnswer.Sealed? Receipt { get; init; }
}
