using EdgeGateway.Ledger;

namespace EdgeGateway.Export;

/// <param name="Checkpoint">The signed note, verbatim.</param>
/// <param name="TimeZone">Of the ledger, as entry 0 names it.</param>
sealed record ExportHead(VerifierKey Key, string Origin, long Size, string Checkpoint, string TimeZone)
{
    /// <summary>Of a closed log the recovery key that its entry 0 names; null of the log that is written.</summary>
    public VerifierKey? Recovery { get; init; }

    /// <summary>Where the recovery key signed the end: the last checkpoint that the log's own key signed; null where there is none.</summary>
    public string? OwnCheckpoint { get; init; }

    /// <summary>Whether the recovery key signed the checkpoint, because the log's own was lost.</summary>
    public bool IsSignedByRecovery { get; init; }

    /// <summary>Who signed the checkpoint.</summary>
    public VerifierKey Signer => IsSignedByRecovery ? Recovery! : Key;

    /// <summary>UTC where this machine does not know the zone.</summary>
    public TimeZoneInfo Zone => TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out var zone) ? zone : TimeZoneInfo.Utc;
}

/// <summary>A log of a bag: that of the items, one that goes on from it, or one before it.</summary>
/// <param name="Number">0 is the log of the items, -1 the one before it.</param>
sealed record ExportLog(int Number, ExportHead Head, IExportSource Source)
{
    public string Folder => Bags.BagPath.Log(Number);
}
