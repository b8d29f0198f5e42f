namespace EdgeGateway.Ledger;

/// <summary>
/// A file of the ledger does not hold what it must. The message names the file and the first wrong entry or tile;
/// nothing was changed on disk.
/// </summary>
public sealed class LedgerCorruptException(string message) : Exception(message);
