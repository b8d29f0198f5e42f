using EdgeGateway.Gateway;
using EdgeGateway.Ingest;
using EdgeGateway.Ledger;
using EdgeGateway.Registry;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Storage.Registry;
using EdgeGateway.Texts;
using EdgeGateway.Witnessing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Succession;

/// <summary>The log that ends: its last entry, its last checkpoint, and what the next one needs of it.</summary>
sealed class OldLog(string data, GatewaySettings settings, IGatewayClock clock, TimeProvider time, Action<string>? reached)
{
    public async Task<(LogEnd End, IReadOnlyList<OwnEntry> First, DateTimeOffset Floor)> CloseAsync(
        RotationPlan plan, SigningKey next, SigningKey? recovery, Actor actor, CancellationToken cancellationToken)
    {
        await using var ledger = FileLedger.Open(
            settings.ToLedger(data) with { RecoveryKey = plan.KeyIsLost ? recovery : null }, clock, time);
        if (!ledger.HasRoom) throw Failure.Of("rotate.no-room", data);
        await AskWitnessesAsync(ledger, cancellationToken);
        if (!await IsAnnouncedAsync(ledger, plan, cancellationToken))
        {
            foreach (var gap in await LedgerLifecycle.GapsAsync(ledger, time, cancellationToken)) await gap.SealAsync(ledger, cancellationToken);
            await AnnounceAsync(ledger, plan, next, recovery, actor, cancellationToken);
            reached?.Invoke("announced the successor");
        }

        await ledger.CatchUpAsync(cancellationToken);
        var signed = (await ledger.CheckpointAsync(cancellationToken)).Checkpoint;
        reached?.Invoke("signed the end");
        var last = signed.Size / TilePath.FullWidth * TilePath.FullWidth;
        ClosedLedger.WriteLastPayloads(data, ledger.Read(last, TilePath.FullWidth));
        reached?.Invoke("wrote the last private parts");

        Hash log;
        using (var genesis = EntryView.Parse(ledger.Read(0, 1)[0])) log = genesis.LeafHash;
        using var views = LedgerViews.Open(Path.Combine(data, "views"), ledger, NullLogger.Instance);
        var first = DeviceBook.Read(views, ledger).Values
            .OrderBy(device => device.Id, StringComparer.Ordinal)
            .Select(device => CarriedDevice.Entry(device, ledger, log, actor)).ToList();
        return (new LogEnd(signed.Origin, signed.Size, signed.Root, ledger.Key), first, ledger.NewestAt);
    }

    /// <summary>The same before a rotation is begun.</summary>
    /// <param name="recovery">Where the log's own key is lost.</param>
    public async Task AskWitnessesAsync(SigningKey? recovery, CancellationToken cancellationToken)
    {
        if (settings.Witness.Policy is not { Length: > 0 }) return;
        await using var ledger = FileLedger.Open(settings.ToLedger(data) with { RecoveryKey = recovery }, clock, time);
        await AskWitnessesAsync(ledger, cancellationToken);
    }

    /// <summary>The end is signed too: whoever was set back to an earlier state must not close it with a second history.</summary>
    async Task AskWitnessesAsync(FileLedger ledger, CancellationToken cancellationToken)
    {
        await ledger.CatchUpAsync(cancellationToken);
        if (settings.Witness.Policy is not { Length: > 0 } path) return;
        var board = new WitnessBoard(PolicyFile.Read(path, "Witness:Policy"), settings.Witness.FailOpen);
        using var client = WitnessClient.To(board, settings.Witness, time);
        if (client is not null) await new RollbackCheck(ledger, client, NullLogger.Instance).RunAsync(board, cancellationToken);
    }

    static async Task<bool> IsAnnouncedAsync(FileLedger ledger, RotationPlan plan, CancellationToken cancellationToken)
    {
        if (await ledger.FindHeadAsync(Subjects.Gateway, cancellationToken) is not { } head) return false;
        using var entry = EntryView.Parse(ledger.Read(head.Index, 1)[0]);
        return entry.Kind == EntryKind.Key && entry.Body.Text("key"u8) == plan.Key.ToString();
    }

    /// <summary>The recovery key signs in the place of this log's own where that is lost.</summary>
    async Task AnnounceAsync(
        FileLedger ledger, RotationPlan plan, SigningKey next, SigningKey? recovery, Actor actor, CancellationToken cancellationToken)
    {
        var statement = Ledger.Succession.Announcement(ledger.Key, ledger.Origin, plan.Key);
        var own = plan.KeyIsLost ? recovery! : LedgerKeys.Read(data);
        await new OwnEntry(EntryKind.Key, Subjects.Gateway, body =>
        {
            body.Name("action"u8);
            body.Ascii("successor"u8);
            body.Name("key"u8);
            body.String(plan.Key.ToString());
            body.Name("origin"u8);
            body.String(plan.Key.Name);
            body.Name("signatures"u8);
            body.BeginObject();
            body.Name("next"u8);
            body.Base64(next.Sign(statement).Bytes);
            body.Name(plan.KeyIsLost ? "recovery"u8 : "this"u8);
            body.Base64(own.Sign(statement).Bytes);
            body.EndObject();
        })
        {
            Private = json =>
            {
                json.Name("by"u8);
                json.String(actor.Account);
                json.Name("reason"u8);
                json.String(plan.Reason);
            },
        }.MadeBy(actor).SealAsync(ledger, cancellationToken);
    }
}
