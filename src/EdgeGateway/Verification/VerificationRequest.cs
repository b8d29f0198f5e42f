using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;

namespace EdgeGateway.Verification;

/// <param name="Directory">The tlog-tiles folder.</param>
/// <param name="Key">The key that is trusted.</param>
/// <param name="Against">A checkpoint kept elsewhere, or null.</param>
/// <param name="Objects">Whether private parts and media are read again.</param>
/// <param name="Data">The data directory where the ledger is a gateway's own; null for a log of anyone.</param>
/// <param name="Closed">The closed log, of a gateway's own, that the folder is of; <paramref name="Data"/> is then where its media are.</param>
sealed record VerificationRequest(string Directory, VerifierKey Key, EarlierCheckpoint? Against, bool Objects, string? Data, ClosedLedger? Closed = null)
{
    /// <summary>Shared by the verifications of all logs of a gateway; null where only one is verified.</summary>
    public Removals? Removals { get; init; }
}
