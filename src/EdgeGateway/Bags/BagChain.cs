using System.Text;
using EdgeGateway.Export;
using EdgeGateway.Ledger;

namespace EdgeGateway.Bags;

/// <summary>
/// The log of a bag's items and those that go on from it, each proven to be the successor of the one before
/// (docs/ledger-format.md section 8). What a later log says counts only with that.
/// </summary>
sealed class BagChain(BagFolder bag, BagSteps steps)
{
    readonly List<BagLedger> _logs = [];
    readonly List<BagLedger> _earlier = [];

    /// <summary>The items' first, then those that go on from it.</summary>
    public IReadOnlyList<BagLedger> Logs => _logs;

    /// <summary>Those before the items', the nearest first.</summary>
    public IReadOnlyList<BagLedger> Earlier => _earlier;

    public BagLedger Items => _logs[0];

    /// <returns>False: nothing can be proven with it.</returns>
    public bool Open()
    {
        _logs.Add(new BagLedger(bag, steps));
        if (!Items.Open()) return false;
        while (bag.Below(BagPath.Log(_logs.Count)).Any())
        {
            var next = new BagLedger(bag, steps, _logs.Count);
            if (!next.Open() || !CheckLink(_logs[^1], next)) return false;
            _logs.Add(next);
        }

        while (bag.Below(BagPath.Log(-_earlier.Count - 1)).Any())
        {
            var before = new BagLedger(bag, steps, -_earlier.Count - 1);
            if (!before.Open() || !CheckLink(before, _earlier.Count == 0 ? Items : _earlier[^1])) return false;
            _earlier.Add(before);
        }

        return HasNoGap(BagPath.Logs, _logs.Count - 1) && HasNoGap(BagPath.Earlier, _earlier.Count);
    }

    bool HasNoGap(string place, int last)
    {
        if (bag.Folders(place).FirstOrDefault(folder => BagEntry.IndexOf(folder) is not { } number || number < 1 || number > last) is not { } folder) return true;
        steps.Failed("successor", folder, "refused.log-gap", folder);
        return false;
    }

    /// <summary>Steps "successor" and "closing".</summary>
    bool CheckLink(BagLedger before, BagLedger next) =>
        steps.Try("successor", next.Folder, () => CheckEndorsement(before, next)) && steps.Try("closing", before.Folder + "closing", () => CheckClosing(before, next));

    void CheckEndorsement(BagLedger before, BagLedger next)
    {
        var (old, young) = (Genesis(before), Genesis(next));
        var end = new LogEnd(before.Checkpoint.Origin, before.Checkpoint.Size, before.Checkpoint.Root, before.Key);
        if (young.Previous is not { } previous || young.Endorsement is not { } endorsement) throw new BagRefusedException("refused.no-previous", young.Origin, end.Origin);
        if (previous != end) throw new BagRefusedException("refused.previous", young.Origin, previous.Size, previous.Origin, end.Size, end.Origin);
        var byRecovery = endorsement.By == EndorsingKey.Recovery;
        var key = byRecovery ? old.RecoveryKey : old.Key;
        var statement = Ledger.Succession.Endorsement(end, young.Key, young.RecoveryKey);
        if (!Ledger.Succession.Holds(key, statement, endorsement.Signature)) throw new BagRefusedException("refused.endorsement", young.Origin, end.Origin, key);
        Same(next.Folder + "endorsement.txt", Encoding.UTF8.GetBytes(statement));
        Same(next.Folder + "endorsement.sig", endorsement.Signature);
        if (before.Recovery is null) throw new BagRefusedException("refused.missing", before.Folder + "recovery.vkey");
        steps.Add("successor", next.Folder, StepState.Good, steps.Text(byRecovery ? "successor.recovery" : "successor.ok", young.Origin, end.Origin, end.Size));
    }

    /// <summary>A log that came from a backup ends as it did when that was taken, and names nobody.</summary>
    void CheckClosing(BagLedger before, BagLedger next)
    {
        var folder = before.Folder + "closing";
        using var entry = before.ReadClosing();
        if (entry.View.Kind != EntryKind.Key)
        {
            if (!entry.View.IsErased) throw new BagRefusedException("refused.kind", entry.View.KindName);
            steps.Open("closing", folder, "closing.none", before.Checkpoint.Origin);
            return;
        }

        if (entry.View.IsErased) throw new BagRefusedException("refused.stripped", entry.Index);
        if (entry.View.Body.Text("key"u8) != next.Key.ToString()) throw new BagRefusedException("refused.closing", before.Checkpoint.Origin, next.Checkpoint.Origin);
        var statement = Ledger.Succession.Announcement(before.Key, before.Checkpoint.Origin, next.Key);
        var own = SuccessionFolders.Signature(entry.View, "this"u8);
        var (signature, key) = own is null ? (SuccessionFolders.Signature(entry.View, "recovery"u8), before.Recovery!) : (own, before.Key);
        var nextSignature = SuccessionFolders.Signature(entry.View, "next"u8);
        if (signature is null || nextSignature is null || !Ledger.Succession.Holds(key, statement, signature) || !Ledger.Succession.Holds(next.Key, statement, nextSignature))
        {
            throw new BagRefusedException("refused.closing", before.Checkpoint.Origin, next.Checkpoint.Origin);
        }

        Same($"{folder}/announcement.txt", Encoding.UTF8.GetBytes(statement));
        Same($"{folder}/own.sig", signature);
        Same($"{folder}/next.sig", nextSignature);
        steps.Good("closing", folder, before.Checkpoint.Origin, next.Checkpoint.Origin);
    }

    Genesis Genesis(BagLedger ledger)
    {
        using var entry = BagEntry.Read(bag, ledger.Folder + "genesis", 0);
        return Ledger.Genesis.Parse(entry.Record);
    }

    void Same(string file, ReadOnlySpan<byte> expected)
    {
        if (!bag.Read(file, 8192).AsSpan().SequenceEqual(expected)) throw new BagRefusedException("refused.successor-file", file);
    }
}
