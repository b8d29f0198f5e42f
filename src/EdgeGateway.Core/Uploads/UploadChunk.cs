using EdgeGateway.Devices;
using EdgeGateway.Ledger;

namespace EdgeGateway.Uploads;

/// <summary>One chunk as it arrived.</summary>
public readonly ref struct UploadChunk
{
    public required Device Device { get; init; }

    /// <summary>The device's name for the upload, as the topic has it.</summary>
    public required ReadOnlySpan<char> Upload { get; init; }

    /// <summary>From 0, as the topic has it.</summary>
    public required ReadOnlySpan<char> Number { get; init; }

    public required ReadOnlySpan<byte> Bytes { get; init; }

    /// <summary>Of the chunk's bytes, where the device gives one.</summary>
    public Hash? Sha256 { get; init; }
}
