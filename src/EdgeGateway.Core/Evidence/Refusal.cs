using EdgeGateway.Devices;
using EdgeGateway.Profiles;

namespace EdgeGateway.Evidence;

/// <summary>Something that arrived and is not accepted as evidence, but whose arrival is worth recording.</summary>
public sealed class Refusal
{
    public required RefusalReason Reason { get; init; }

    public required WireKind Wire { get; init; }

    /// <summary>The signed-in device, or the only device on the line; null if that is not known.</summary>
    public Device? Device { get; init; }

    /// <summary>Whether only devices of a bench can have sent it, although which one is not known.</summary>
    public bool IsOfBenches { get; init; }

    /// <summary>Topic, line or IP address; private.</summary>
    public required string Address { get; init; }

    /// <summary>Who it says it is: a device id or an MN. Null where it is none, or the device is known; private.</summary>
    public string? Claimed { get; init; }

    public required Authentication Authentication { get; init; }

    /// <summary>What arrived, or its beginning: at most 16 KiB are kept.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }
}

/// <summary>Why; the leaf carries it in kebab-case (<c>crc-mismatch</c>).</summary>
public enum RefusalReason
{
    Malformed,
    Oversized,
    ForbiddenTopic,
    UnknownDevice,
    CrcMismatch,
    LineNoise,

    /// <summary>A registered device's name with another's secret or certificate.</summary>
    WrongCredential,

    /// <summary>A chunk of an upload whose manifest is not known.</summary>
    UnknownUpload,

    /// <summary>A chunk that is not within the size that the manifest gives, or not of the length that its number asks for.</summary>
    ChunkRange,

    /// <summary>A chunk or an object whose digest is not the one that the device claims.</summary>
    DigestMismatch,

    /// <summary>An upload, or a chunk of one, that is there already with other content.</summary>
    UploadConflict,

    /// <summary>More uploads at a time than a device may have.</summary>
    UploadLimit,

    /// <summary>An upload that was not complete in time.</summary>
    UploadExpired,
}
