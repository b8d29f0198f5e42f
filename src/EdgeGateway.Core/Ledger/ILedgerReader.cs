namespace EdgeGateway.Ledger;

/// <summary>
/// Durable entries by position, for whatever reads the ledger at its own pace (views, reports, exports).
/// Safe for any number of threads beside the writer.
/// </summary>
public interface ILedgerReader
{
    /// <summary>How many entries are on disk: every entry below this was fsynced.</summary>
    long Size { get; }

    /// <summary>
    /// Reads up to <paramref name="maximum"/> entries from <paramref name="from"/> on, in order; fewer where the ledger ends.
    /// </summary>
    /// <exception cref="LedgerCorruptException">A file of the ledger does not hold what it must.</exception>
    IReadOnlyList<LedgerRecord> Read(long from, int maximum);
}
