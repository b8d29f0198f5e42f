using EdgeGateway.Ledger;

namespace EdgeGateway.Export;

/// <param name="Items">Indices, in order, each once.</param>
/// <param name="By">On whose behalf; null: the account that asks.</param>
sealed record ExportRequest(IReadOnlyList<long> Items, string Target, string Case, string Reason, string? By, bool Rehearsal)
{
    /// <summary>The name of the items' log; null for the one that is written.</summary>
    public string? Log { get; init; }
}

/// <summary>What an export is for and who made it when, as its records seal it.</summary>
/// <param name="By">On whose behalf.</param>
/// <param name="Account">Who asked.</param>
/// <param name="Software">What writes the bag.</param>
sealed record ExportTerms(string Case, string Reason, string By, string Account, DateTimeOffset At, string Software)
{
    public static ExportTerms Of(ExportRecord record) => new(record.Case, record.Reason, record.By, record.Account, record.At, record.Software);
}

/// <param name="TagManifest">SHA-256 of the bag's tagmanifest-sha256.txt; null in a rehearsal.</param>
/// <param name="Custody">Indices of the entries that seal the export; none in a rehearsal.</param>
sealed record ExportOutcome(
    string Path, IReadOnlyList<ExportedItem> Items, IReadOnlyList<(string Path, long Size)> Files, Hash? TagManifest, IReadOnlyList<long> Custody);
