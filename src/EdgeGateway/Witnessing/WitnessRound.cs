using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Storage.Registry;

namespace EdgeGateway.Witnessing;

/// <summary>Has the newest checkpoint cosigned by each witness that has not seen its news yet, and seals what they answer.</summary>
sealed class WitnessRound(FileLedger ledger, LedgerViews views, WitnessBoard board, WitnessClient client, RollbackCheck rollback, IGatewayClock clock)
{
    /// <summary>A witness may know another size once; one that changes its mind again is asked again next time.</summary>
    const int Attempts = 3;

    /// <summary>A witness's clock and a synchronised one of ours may differ by so much.</summary>
    static readonly TimeSpan MaximumClockDifference = TimeSpan.FromDays(1);

    readonly Dictionary<string, long> _cosigned = board.Reachable
        .ToDictionary(witness => witness.Name, witness => WitnessBoard.LastOf(witness, views)?.Size ?? 0, StringComparer.Ordinal);
    readonly Lock _gate = new();

    /// <exception cref="Gateway.GatewayException">A witness saw this key sign another history.</exception>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(board.Reachable.Select(async witness =>
    {
        try
        {
            if (ledger.Latest is { } latest && HasNews(Cosigned(witness), latest.Checkpoint.Size)) await AskAsync(witness, latest, cancellationToken);
        }
        catch (WitnessException e)
        {
            board.Note(witness, e.Message);
        }
    }));

    async Task AskAsync(PolicyWitness witness, SignedCheckpoint latest, CancellationToken cancellationToken)
    {
        if (!SignedNote.TryParse(latest.Note, out var note, out var error)) throw new LedgerCorruptException($"The published checkpoint can't be read: {error}");
        var size = latest.Checkpoint.Size;
        var old = Math.Min(Cosigned(witness), size);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var proof = old == 0 ? [] : new ProofBuilder(size, new LedgerTree(ledger).Read).Consistency(old);
            var reply = await client.AddAsync(witness, new AddCheckpointRequest(old, proof, note), cancellationToken);
            if (reply.Cosignature is { } cosignature)
            {
                await KeepAsync(witness, latest.Checkpoint, cosignature, cancellationToken);
                return;
            }

            // Either it is behind, because an answer was lost, or it has seen what this data directory does not know.
            if (reply.Status == WitnessStatus.Inconsistent || reply.Size > size)
            {
                await rollback.AskAsync(witness, cancellationToken);
                throw new WitnessException(reply.Status == WitnessStatus.Inconsistent
                    ? $"The witness {witness.Name} does not accept the proof, but shows no other tree: {reply.Sentence}"
                    : $"The witness {witness.Name} says that it has cosigned {reply.Size} entries, but does not show them.");
            }

            old = reply.Size;
        }

        throw new WitnessException($"The witness {witness.Name} names another size each time; does another copy of this gateway run?");
    }

    async Task KeepAsync(PolicyWitness witness, Checkpoint checkpoint, VerifiedSignature cosignature, CancellationToken cancellationToken)
    {
        var now = clock.Read();
        if (cosignature.CosignedAt is not { } at) throw new WitnessException($"The witness {witness.Name} cosigned without a time.");
        if (now.State == ClockState.Synchronised && (at - now.Utc).Duration() > MaximumClockDifference)
        {
            throw new WitnessException($"The witness {witness.Name} cosigned at {LedgerTime.Format(at)}, and it is {LedgerTime.Format(now.Utc)} here by a synchronised clock: the witness's is wrong.");
        }

        if ((await CosignatureAnchor.Of(checkpoint, cosignature, at).TrySealAsync(ledger, cancellationToken)).IsDurable) Cosigned(witness, checkpoint.Size);
        board.Note(witness, null);
    }

    /// <summary>
    /// Whether anything but anchors came since: they answer a checkpoint, and if their own were answered too, an idle
    /// gateway would never be quiet.
    /// </summary>
    bool HasNews(long from, long to)
    {
        while (from < to)
        {
            foreach (var record in ledger.Read(from, (int)Math.Min(TilePath.FullWidth, to - from)))
            {
                using var entry = EntryView.Parse(record);
                if (entry.Kind != EntryKind.Anchor) return true;
                from++;
            }
        }

        return false;
    }

    long Cosigned(PolicyWitness witness)
    {
        lock (_gate) return _cosigned[witness.Name];
    }

    void Cosigned(PolicyWitness witness, long size)
    {
        lock (_gate) _cosigned[witness.Name] = size;
    }
}
