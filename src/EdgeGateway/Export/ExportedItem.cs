using EdgeGateway.Evidence;
using EdgeGateway.Ledger;

namespace EdgeGateway.Export;

/// <summary>One item as the list shows it.</summary>
sealed record ExportedItem
{
    public required long Index { get; init; }

    public required Hash LeafHash { get; init; }

    public required string MediaType { get; init; }

    /// <summary>Below the bag; null where the bytes were erased.</summary>
    public string? File { get; init; }

    /// <summary>Bytes that arrived, as the leaf says.</summary>
    public required long Size { get; init; }

    public BagDigests? Digests { get; init; }

    /// <summary>As the device wrote it; null: only the time of receipt is known.</summary>
    public string? CapturedAt { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required ReviewState Review { get; init; }

    public string? ReviewReason { get; init; }

    /// <summary>Times of the authorities between which it was sealed.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>Who cosigned a tree that holds it.</summary>
    public required WitnessedTree Witnessed { get; init; }

    public bool IsErased => File is null;

    public bool IsAudiovisual =>
        MediaType.StartsWith("image/", StringComparison.Ordinal) || MediaType.StartsWith("video/", StringComparison.Ordinal)
        || MediaType.StartsWith("audio/", StringComparison.Ordinal);
}

/// <param name="IsSm3Sealed">Whether the private part has it; else it was computed at the export.</param>
/// <param name="IsWhole">False for a refusal of which only the beginning was kept: the digests are then of that.</param>
sealed record BagDigests(Hash Sha256, Hash Sm3, bool IsSm3Sealed, bool IsWhole);

/// <summary>What a person, or the case system, said of an item last.</summary>
enum ReviewState
{
    None,
    Passed,
    Failed,
}

/// <summary>How a file is named by what it holds; only types that an entry can state occur.</summary>
static class MediaExtension
{
    public static string Of(string mediaType) => mediaType switch
    {
        MediaTypes.Json => "json",
        MediaTypes.Hj212 or "text/plain" => "txt",
        "application/pdf" => "pdf",
        "application/xml" or "text/xml" => "xml",
        "application/zip" => "zip",
        "audio/mp4" => "m4a",
        "audio/mpeg" => "mp3",
        "audio/wav" => "wav",
        "image/bmp" => "bmp",
        "image/gif" => "gif",
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/tiff" => "tif",
        "image/webp" => "webp",
        "text/csv" => "csv",
        "video/mp2t" => "ts",
        "video/mp4" => "mp4",
        "video/x-matroska" => "mkv",
        _ => "bin",
    };
}
