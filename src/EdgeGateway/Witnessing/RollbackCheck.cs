using EdgeGateway.Gateway;
using EdgeGateway.Storage.Ledger;

namespace EdgeGateway.Witnessing;

/// <summary>
/// Asks witnesses what they know of this ledger. Only a checkpoint that this ledger's own key signed counts: a witness
/// can't stop a gateway by claiming something.
/// </summary>
sealed partial class RollbackCheck(FileLedger ledger, WitnessClient client, ILogger logger)
{
    /// <summary>Before the first checkpoint is signed. A witness that does not answer holds nothing back.</summary>
    /// <exception cref="GatewayException">A witness saw this key sign another history. Nothing is signed from now on.</exception>
    public async Task RunAsync(WitnessBoard board, CancellationToken cancellationToken)
    {
        await ledger.CatchUpAsync(cancellationToken);
        await Task.WhenAll(board.Reachable.Select(async witness =>
        {
            try
            {
                await AskAsync(witness, cancellationToken);
            }
            catch (WitnessException e)
            {
                board.Note(witness, e.Message);
                LogUnasked(witness.Name, e.Message);
            }
        }));
    }

    /// <exception cref="GatewayException">As above.</exception>
    /// <exception cref="WitnessException">It can't be asked.</exception>
    public async Task AskAsync(PolicyWitness witness, CancellationToken cancellationToken)
    {
        if (await client.FindLatestAsync(witness, ledger.Key, cancellationToken) is not { } seen) return;
        var size = ledger.Size;
        if (seen.Size <= size && new LedgerTree(ledger).RootAt(seen.Size) == seen.Root) return;
        var reason = $"The witness {witness.Name} has seen this ledger's key sign {(seen.Size > size ? "" : "another tree of ")}{seen.Size} entries, and this data directory has {size}: it was set back to an earlier state, or a copy of it has signed elsewhere. The gateway does not sign a second history. Put the right data directory back, or if it is lost, go on with 'edgegw restore --successor'.";
        ledger.RefuseSigning(reason);
        LogSecondHistory(witness.Name, reason);
        throw new GatewayException(reason);
    }

    [LoggerMessage(1300, LogLevel.Warning, "Witness {Witness} could not be asked before the start what it knows of this ledger: {Reason}")]
    partial void LogUnasked(string witness, string reason);

    [LoggerMessage(1301, LogLevel.Critical, "Witness {Witness}: {Reason}")]
    partial void LogSecondHistory(string witness, string reason);
}
