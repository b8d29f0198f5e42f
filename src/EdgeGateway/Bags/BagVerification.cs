using System.Security.Cryptography.X509Certificates;
using EdgeGateway.Ledger;
using EdgeGateway.Texts;
using EdgeGateway.Witnessing;

namespace EdgeGateway.Bags;

/// <summary>
/// Checks a bag step by step, with nothing but the bag, and a policy and roots from elsewhere. Needs no data directory and
/// no gateway; reads only.
/// </summary>
/// <param name="tagManifest">What the tag manifest's digest must be, as somebody wrote it down; null: nobody did.</param>
sealed class BagVerification(WitnessPolicy? policy, X509Certificate2Collection? roots, Hash? tagManifest, TextTable texts)
{
    readonly BagSteps _steps = new(texts);
    (string Origin, bool IsEarlier)? _through;

    public BagReport Run(string directory, CancellationToken cancellationToken)
    {
        Check(directory, cancellationToken);
        return new BagReport(_steps.All, policy is not null, _through);
    }

    void Check(string directory, CancellationToken cancellationToken)
    {
        BagFolder bag = null!;
        if (!_steps.Try("files", "", () => bag = BagFolder.Open(directory))) return;
        if (!CheckFiles(bag, cancellationToken)) return;
        var chain = new BagChain(bag, _steps);
        if (!chain.Open()) return;
        var trusted = CheckKey(chain) ? policy!.Trusting(chain.Logs.Select(log => log.Key)) : policy;
        List<BagAnchors> anchors = [.. chain.Logs.Select(log => new BagAnchors(bag, log, policy, roots, _steps, texts))];
        foreach (var (log, its) in chain.Logs.Zip(anchors))
        {
            foreach (var folder in bag.Folders(BagPath.Anchors(log.Number))) its.Read(folder);
        }

        var later = anchors.Skip(1).Zip(chain.Logs.Skip(1)).SelectMany(pair => pair.First.CoveringLog(pair.Second)).ToList();
        var witnesses = new BagWitnesses(bag, chain, trusted, _steps, texts);
        var items = new BagItems(bag, chain, anchors[0], later, witnesses, _steps, texts);
        var listed = new List<BagItem>();
        var (found, proven) = (0, true);
        foreach (var folder in bag.Folders(BagPath.Payload).Where(folder => BagEntry.IndexOf(folder) is not null).OrderBy(BagEntry.IndexOf))
        {
            cancellationToken.ThrowIfCancellationRequested();
            found++;
            if (items.Check(folder, cancellationToken) is { } item) listed.Add(item);
            else proven = false;
        }

        if (found == 0) _steps.Failed("items", BagPath.Payload, "refused.empty");

        // Of an entry that can't be proven nothing is known that a list could be compared with, and the bag is refused already.
        if (proven && found > 0 && _steps.Try("export", "", () => CheckWhole(listed))) new BagRewrite(bag, chain, _steps).Check(listed, items.Contents, cancellationToken);
    }

    /// <summary>That the records are those of one export, and every item of it is here.</summary>
    static void CheckWhole(List<BagItem> items)
    {
        var records = items.Select(item => item.Record).ToList();
        if (records.TrueForAll(record => record is null)) return;
        if (records.FindIndex(record => record is null) is var at and >= 0) throw new BagRefusedException("refused.export-without", items[at].Index);
        var batch = records[0]!.Batch;
        if (records.FindIndex(record => record!.Batch != batch) is var other and >= 0) throw new BagRefusedException("refused.export-other", items[other].Index, items[0].Index);
        var count = batch?.Count ?? 1;
        if (count != items.Count) throw new BagRefusedException("refused.export-items", count, items.Count);
    }

    /// <returns>False: it is not what it says how large it is, and nothing more is read.</returns>
    bool CheckFiles(BagFolder bag, CancellationToken cancellationToken)
    {
        var missing = bag.Missing.ToList();
        foreach (var file in missing) _steps.Failed("files", file, "files.missing", file);
        foreach (var file in bag.Unlisted) _steps.Failed("files", file, "files.unlisted", file);
        if (!_steps.Try("files", BagPath.Information, bag.CheckSizes)) return false;
        var changed = bag.Changed(cancellationToken);
        foreach (var file in changed) _steps.Failed("files", file, "files.changed", file);
        if (tagManifest is { } expected)
        {
            var digest = bag.Sha256(BagPath.TagManifest, cancellationToken);
            if (digest == expected) _steps.Good("tag-manifest", BagPath.TagManifest, digest);
            else _steps.Failed("tag-manifest", BagPath.TagManifest, "tag-manifest.other", digest, expected);
        }

        if (missing.Count + changed.Count == 0) _steps.Good("files", "", bag.Files.Count, bag.Sha256(BagPath.TagManifest, cancellationToken));
        return true;
    }

    /// <summary>
    /// The policy names the items' log, or one that provably goes on from it: that one's entry 0 names root and key of the log before, and so on;
    /// or one before it, whose keys endorsed what goes on from it, and so on.
    /// Where a recovery key signed a log's end, its own key vouches for that end only by what it signed of entry 0.
    /// </summary>
    /// <returns>Whether a policy trusts the chain.</returns>
    bool CheckKey(BagChain chain)
    {
        var items = chain.Items;
        if (policy is null)
        {
            _steps.Open("key", items.Folder, "key.nobody", items.Key);
            return false;
        }

        if (chain.Logs.Concat(chain.Earlier).FirstOrDefault(log => policy.Names(log.Key) && log.IsVouchedFor) is { } named)
        {
            if (named.Number == 0)
            {
                _steps.Good("key", items.Folder, items.Key);
            }
            else
            {
                _through = (named.Checkpoint.Origin, named.Number < 0);
                _steps.Add("key", items.Folder, StepState.Good, texts.Format(named.Number < 0 ? "key.from" : "key.through", named.Checkpoint.Origin, named.Key, items.Key));
            }

            return true;
        }

        if (chain.Logs.Concat(chain.Earlier).FirstOrDefault(log => policy.Names(log.Key)) is { } unproven) _steps.Failed("key", unproven.Folder, "key.unproven", unproven.Key, unproven.Recovery);
        else _steps.Failed("key", items.Folder, "key.other", items.Key);
        return false;
    }
}
