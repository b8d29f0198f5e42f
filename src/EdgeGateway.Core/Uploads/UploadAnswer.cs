using EdgeGateway.Ledger;

namespace EdgeGateway.Uploads;

/// <summary>What a device is told of an upload, beside the acknowledgements of its packets: its receipt.</summary>
public abstract record UploadAnswer
{
    /// <summary>More ranges than this are not told at once.</summary>
    public const int MaximumRanges = 100;

    /// <summary>The item is sealed: the device may delete its own. The same for ever, also for a manifest that comes again.</summary>
    public sealed record Sealed(long Index, Hash LeafHash, Hash Sha256, DateTimeOffset SealedAt) : UploadAnswer;

    /// <summary>It will not be taken as it is.</summary>
    public sealed record Rejected(string Reason) : UploadAnswer;

    /// <summary>Chunks that are not on disk yet, as ranges of numbers, first and last; none where all are and the seal is on its way.</summary>
    /// <param name="More">Whether there are more ranges than are told.</param>
    public sealed record Missing(IReadOnlyList<(int First, int Last)> Ranges, bool More) : UploadAnswer;
}
