using EdgeGateway.Ledger;
using EdgeGateway.Profiles;

namespace EdgeGateway.Uploads;

/// <summary>What a device says of an object before it sends it in chunks (docs/protocols.md, "Media in chunks"). Equal where all it says is equal.</summary>
public sealed record UploadManifest
{
    /// <summary>Smaller chunks are refused, so that the list of those that came stays short.</summary>
    public const int SmallestChunk = 16 * 1024;

    /// <summary>In bytes, at least 1.</summary>
    public required long Size { get; init; }

    /// <summary>In bytes; every chunk but the last has as many.</summary>
    public required int ChunkSize { get; init; }

    /// <summary>Of the whole object, as the device claims.</summary>
    public required Hash Sha256 { get; init; }

    /// <summary>At most 255 characters.</summary>
    public string? FileName { get; init; }

    /// <summary>At most 255 characters.</summary>
    public string? ContentType { get; init; }

    /// <summary>As the device wrote it, at most 64 characters.</summary>
    public string? StartedAt { get; init; }

    /// <summary>As the device wrote it, at most 64 characters.</summary>
    public string? EndedAt { get; init; }

    /// <summary>At most 256 characters.</summary>
    public string? Case { get; init; }

    /// <summary>At most 256 characters.</summary>
    public string? Officer { get; init; }

    public int Chunks => (int)((Size + ChunkSize - 1) / ChunkSize);

    public long OffsetOf(int chunk) => (long)chunk * ChunkSize;

    public int LengthOf(int chunk) => (int)Math.Min(ChunkSize, Size - OffsetOf(chunk));

    /// <summary>Whether a profile allows an object and chunks of these sizes; else why not, for the device.</summary>
    public string? Refusal(UploadRule rule) =>
        Size > rule.MaximumBytes ? "The object is larger than the profile allows."
        : ChunkSize > rule.MaximumChunkBytes ? "The chunks are larger than the profile allows."
        : null;
}
