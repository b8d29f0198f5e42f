namespace EdgeGateway.Profiles;

/// <summary>How media arrives that is too large for one message: its manifest is the message, its bytes come in chunks.</summary>
public sealed record UploadRule
{
    /// <summary>The level of both topics that names the upload.</summary>
    public const string UploadLevel = "{upload}";

    /// <summary>The level of the chunks' topic that numbers them, from 0.</summary>
    public const string ChunkLevel = "{chunk}";

    /// <summary>Where the chunks arrive.</summary>
    public required TopicTemplate Chunks { get; init; }

    /// <summary>The largest chunk, in bytes.</summary>
    public required int MaximumChunkBytes { get; init; }

    /// <summary>The largest object, in bytes.</summary>
    public required long MaximumBytes { get; init; }

    /// <summary>How long an upload may take from its manifest on; one that takes longer is given up.</summary>
    public required TimeSpan CompleteWithin { get; init; }
}
