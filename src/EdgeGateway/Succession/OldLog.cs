using EdgeGateway.Gateway;
using EdgeGateway.Ingest;
using EdgeGateway.Ledger;
using EdgeGateway.Registry;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Storage.Registry;
using EdgeGateway.Texts;
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
        await ledger.CatchUpAsync(cancellationToken);
        if (!await IsAnnouncedAsync(ledger, plan, cancellationToken))
        {
            await LedgerLifecycle.SealGapsAsync(ledger, time, cancellationToken);
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
