using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Registry;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Texts;

namespace EdgeGateway.Succession;

/// <param name="Reason">Why; goes into the private part of the old log's last entry.</param>
/// <param name="RecoveryKey">From paper: needed where the log's own key is lost, and endorses the next log where it is given.</param>
/// <param name="NewRecoveryKey">Called with a new recovery key, which it must show; null keeps the one there is.</param>
sealed record RotationRequest(string Reason, SigningKey? RecoveryKey, Action<string>? NewRecoveryKey);

/// <summary>A log that ended, and the one that goes on.</summary>
sealed record RotationResult(LogEnd Previous, string Shard, VerifierKey Key, VerifierKey RecoveryKey, EndorsingKey By, int Devices);

/// <summary>
/// Closes the log of a stopped gateway and opens the next (docs/ledger-format.md section 8). Every step may be cut off: the next
/// call goes on where it stopped, to the same successor. The data directory's lock is held by whoever calls.
/// </summary>
/// <param name="reached">Called behind each step with its name, for tests.</param>
sealed class LedgerRotation(string data, GatewaySettings settings, IGatewayClock clock, TimeProvider time, Action<string>? reached = null)
{
    /// <summary>Finishes what needs no one: a handover that is decided, and a rotation that the ledger's own key can go on with.</summary>
    /// <exception cref="GatewayException">A rotation needs the recovery key again.</exception>
    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        if (LedgerHandover.IsDue(data)) new LedgerHandover(data, reached).Finish();
        if (RotationPlan.Read(data) is not { } plan)
        {
            RemoveStaging();
            return;
        }

        if (plan.NeedsPaper)
        {
            throw Failure.Of("rotate.unfinished", data);
        }

        await CarryOutAsync(plan, null, Actor.LocalAdministrator, cancellationToken);
    }

    /// <exception cref="GatewayException">It can't be done; says why and what to do. Nothing was changed, or it can be gone on with.</exception>
    public async Task<RotationResult> RunAsync(RotationRequest request, Actor actor, CancellationToken cancellationToken)
    {
        if (LedgerHandover.IsDue(data)) new LedgerHandover(data, reached).Finish();
        var plan = RotationPlan.Read(data);
        if (plan is null)
        {
            RemoveStaging();
            plan = Plan(request, out var key, out var newRecovery);

            // Before anything says that a rotation was begun, so that no start goes on with one that must not be.
            await new OldLog(data, settings, clock, time, reached).AskWitnessesAsync(plan.KeyIsLost ? request.RecoveryKey : null, cancellationToken);
            LedgerKeys.Keep(LedgerHandover.Staging(data), key);
            if (newRecovery is not null) request.NewRecoveryKey!(newRecovery.Export());
            plan.Write(data);
            reached?.Invoke("planned");
        }

        if (plan.NeedsPaper && request.RecoveryKey is null)
        {
            throw Failure.Of("rotate.paper-again");
        }

        return await CarryOutAsync(plan, request.RecoveryKey, actor, cancellationToken);
    }

    /// <summary>What would be done; changes nothing.</summary>
    public RotationPlan Plan(RotationRequest request) => RotationPlan.Read(data) ?? Plan(request, out _, out _);

    RotationPlan Plan(RotationRequest request, out SigningKey key, out SigningKey? newRecovery)
    {
        var genesis = GenesisFile.Read(data);
        var lost = OwnKey(genesis) is null;
        if (lost && request.RecoveryKey is null)
        {
            throw Failure.Of("rotate.no-key", LedgerKeys.SecretPath(data), genesis.Origin);
        }

        if (request.RecoveryKey is { } recovery && !recovery.Verifier.Equals(genesis.RecoveryKey))
        {
            throw Failure.Of("rotate.other-paper", recovery.Verifier, genesis.Origin, genesis.RecoveryKey);
        }

        key = LedgerKeys.New(Ledger.Succession.NextOrigin(genesis.Origin, genesis.Previous is null, null));
        newRecovery = request.NewRecoveryKey is null ? null : LedgerKeys.New(key.Name + "/recovery");
        return new RotationPlan(
            key.Verifier, newRecovery?.Verifier ?? genesis.RecoveryKey, request.RecoveryKey is null ? EndorsingKey.Ledger : EndorsingKey.Recovery, lost, request.Reason);
    }

    async Task<RotationResult> CarryOutAsync(RotationPlan plan, SigningKey? recovery, Actor actor, CancellationToken cancellationToken)
    {
        var genesis = GenesisFile.Read(data);
        var next = new NextLog(data, settings, clock, time);
        var key = next.Key();
        if (!key.Verifier.Equals(plan.Key)) throw Failure.Of("rotate.other-key", LedgerKeys.SecretPath(LedgerHandover.Staging(data)));

        // Read before it can go: the endorsement comes after the end that it speaks of.
        var signer = plan.By == EndorsingKey.Ledger ? LedgerKeys.Read(data) : recovery!;
        var (end, first, floor) = await new OldLog(data, settings, clock, time, reached).CloseAsync(plan, key, recovery, actor, cancellationToken);
        var endorsement = new Endorsement(plan.By, signer.Sign(end, plan.Key, plan.RecoveryKey));
        var successor = new Successor(key, plan.RecoveryKey, end, endorsement, floor);
        await next.MakeAsync(successor, genesis.TimeZone, first, CarriedRepeats.Collect(data, end.Size), cancellationToken);
        reached?.Invoke("made the next log");

        var shard = ClosedLedger.FoldersIn(data).Count + 1;
        var handover = new LedgerHandover(data, reached);
        handover.Commit(shard);
        handover.Finish();
        return new RotationResult(end, Path.GetFileName(ClosedLedger.FolderOf(data, shard)), plan.Key, plan.RecoveryKey, plan.By, first.Count);
    }

    SigningKey? OwnKey(Genesis genesis)
    {
        try
        {
            return LedgerKeys.Read(data) is var key && key.Verifier.Equals(genesis.Key) ? key : null;
        }
        catch (LedgerCorruptException)
        {
            return null;
        }
    }

    /// <summary>Without a plan nothing was begun: a key that nobody knows, at most.</summary>
    void RemoveStaging()
    {
        var staging = LedgerHandover.Staging(data);
        if (Directory.Exists(staging)) Directory.Delete(staging, recursive: true);
    }
}
