using EdgeGateway.Gateway;
using EdgeGateway.Ingest;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;

namespace EdgeGateway.Succession;

/// <summary>Makes the next log under <c>rotating/</c>, whole and signed, before anything of the old one is moved.</summary>
sealed class NextLog(string data, GatewaySettings settings, IGatewayClock clock, TimeProvider time)
{
    /// <summary>Actions of so many entries are one batch at most.</summary>
    const int BatchSize = 500;

    /// <summary>What an earlier try left is made again: nobody has seen it.</summary>
    /// <param name="first">Its first entries behind entry 0.</param>
    /// <param name="repeats">What the old log knows of repeats.</param>
    public async Task MakeAsync(Successor successor, string timeZone, IReadOnlyList<OwnEntry> first, byte[] repeats, CancellationToken cancellationToken)
    {
        var staging = LedgerHandover.Staging(data);
        foreach (var name in (string[])["ledger", "payloads"])
        {
            var path = Path.Combine(staging, name);
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        }

        CarriedRepeats.Write(CarriedRepeats.PathIn(staging), repeats);
        var ledgerSettings = settings.ToLedger(staging) with { Origin = successor.Key.Name, TimeZone = timeZone, Successor = successor };
        await using var ledger = FileLedger.Open(ledgerSettings, clock, time);
        foreach (var chunk in first.Chunk(BatchSize)) await OwnEntry.SealAllAsync(chunk, ledger, cancellationToken);
        await ledger.CatchUpAsync(cancellationToken);
        await ledger.CheckpointAsync(cancellationToken);
    }

    /// <summary>The key that an earlier step made.</summary>
    public SigningKey Key() => LedgerKeys.Read(LedgerHandover.Staging(data));
}
