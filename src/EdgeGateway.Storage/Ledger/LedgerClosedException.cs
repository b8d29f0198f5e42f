namespace EdgeGateway.Storage.Ledger;

/// <summary>The ledger was closed, or its sealing failed, before what was asked of it could be done.</summary>
public sealed class LedgerClosedException() : Exception("The ledger is closed.");
