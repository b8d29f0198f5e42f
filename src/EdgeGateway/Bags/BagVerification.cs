using System.Security.Cryptography.X509Certificates;
using EdgeGateway.Texts;

namespace EdgeGateway.Bags;

/// <summary>
/// Checks a bag step by step, with nothing but the bag, and a policy and roots from elsewhere. Needs no data directory and
/// no gateway; reads only.
/// </summary>
sealed class BagVerification(ITrustPolicy? policy, X509Certificate2Collection? roots, TextTable texts)
{
    readonly BagSteps _steps = new(texts);

    public BagReport Run(string directory, CancellationToken cancellationToken)
    {
        Check(directory, cancellationToken);
        return new BagReport(_steps.All, policy is not null);
    }

    void Check(string directory, CancellationToken cancellationToken)
    {
        BagFolder bag = null!;
        if (!_steps.Try("files", "", () => bag = BagFolder.Open(directory))) return;
        CheckFiles(bag, cancellationToken);
        var ledger = new BagLedger(bag, _steps);
        if (!ledger.Open()) return;
        CheckKey(ledger);

        var anchors = new BagAnchors(bag, ledger, roots, _steps);
        foreach (var folder in bag.Folders("data/anchors/")) anchors.Read(folder);

        var items = new BagItems(bag, ledger, anchors, _steps, texts);
        var found = 0;
        foreach (var folder in bag.Folders(BagPath.Payload).Where(folder => BagEntry.IndexOf(folder) is not null))
        {
            cancellationToken.ThrowIfCancellationRequested();
            found++;
            if (items.Check(folder) is { } index) CheckWitnesses(ledger, anchors, folder, index);
        }

        if (found == 0) _steps.Failed("items", BagPath.Payload, "refused.empty");
    }

    void CheckFiles(BagFolder bag, CancellationToken cancellationToken)
    {
        var missing = bag.Missing.ToList();
        foreach (var file in missing) _steps.Failed("files", file, "files.missing", file);
        foreach (var file in bag.Unlisted) _steps.Failed("files", file, "files.unlisted", file);
        var changed = bag.Changed(cancellationToken);
        foreach (var file in changed) _steps.Failed("files", file, "files.changed", file);
        if (missing.Count + changed.Count == 0) _steps.Good("files", "", bag.Files.Count, bag.Sha256(BagPath.TagManifest));
    }

    void CheckKey(BagLedger ledger)
    {
        if (policy is null) _steps.Open("key", BagPath.Ledger, "key.nobody", ledger.Key);
        else if (policy.Logs.Contains(ledger.Key)) _steps.Good("key", BagPath.Ledger, ledger.Key);
        else _steps.Failed("key", BagPath.Ledger, "key.other", ledger.Key);
    }

    /// <summary>On the checkpoint itself, or on any tree that holds the item.</summary>
    void CheckWitnesses(BagLedger ledger, BagAnchors anchors, string folder, long index)
    {
        if (policy is null) return;
        if (!ledger.Note.TryVerify([ledger.Key, .. policy.Witnesses], out var signatures, out var error))
        {
            _steps.Failed("witnesses", folder, "refused.checkpoint", error);
            return;
        }

        var cosigners = signatures.Select(signature => signature.Key).Where(policy.Witnesses.Contains)
            .Concat(anchors.CosignersOf(index).Where(policy.Witnesses.Contains)).Distinct().ToList();
        var names = string.Join(", ", cosigners.Select(key => key.Name));
        if (!policy.IsQuorum(cosigners)) _steps.Failed("witnesses", folder, "witnesses.few", names.Length > 0 ? names : "-");
        else if (cosigners.Count > 0) _steps.Good("witnesses", folder, names);
        else _steps.Open("witnesses", folder, "witnesses.none");
    }
}
