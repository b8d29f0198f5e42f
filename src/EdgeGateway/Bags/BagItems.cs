using System.Security.Cryptography;
using System.Text.Json;
using EdgeGateway.Evidence;
using EdgeGateway.Export;
using EdgeGateway.Ledger;
using EdgeGateway.Texts;

namespace EdgeGateway.Bags;

/// <summary>Checks an item: its entry, its bytes, its device's registration, its history, and what bounds its time.</summary>
/// <param name="later">Time-stamps and cosignatures of later logs, which cover all items.</param>
sealed class BagItems(BagFolder bag, BagChain chain, BagAnchors anchors, IReadOnlyList<BagAnchor> later, BagWitnesses witnesses, BagSteps steps, TextTable texts)
{
    readonly Dictionary<string, BagFile> _contents = [];
    readonly BagAfter _after = new(bag, chain.Logs[^1]);

    /// <summary>Size and digests of the originals that are what was sealed, by path.</summary>
    public IReadOnlyDictionary<string, BagFile> Contents => _contents;

    /// <returns>Null where entry, bytes or history could not be proven.</returns>
    public BagItem? Check(string folder, CancellationToken cancellationToken)
    {
        using var item = chain.Items.Read(folder, mayBeErased: true);
        if (item is null) return null;
        var good = item.View.IsErased || steps.Try("content", folder, () => CheckContent(item, cancellationToken));
        var history = new BagHistory(bag, chain, _after, steps).Check(item);
        CheckDevice(item, history.Record);
        if (item.View.IsErased) CheckErased(item, history);
        CheckReview(item, history);
        anchors.CheckTime(item, later);
        witnesses.Check(item);
        return good && history.IsGood ? new BagItem(item.Index, history.Review, history.Entries, history.Record) : null;
    }

    /// <summary>Salt and private part may only be missing where the ledger says who erased them.</summary>
    void CheckErased(BagEntry item, ItemHistory history)
    {
        if (history.HasTombstone) steps.Open("content", item.Folder, "content.erased", item.Index);
        else steps.Failed("content", item.Folder, "refused.no-tombstone");
    }

    void CheckContent(BagEntry item, CancellationToken cancellationToken)
    {
        if (item.View.Kind is not (EntryKind.Evidence or EntryKind.Quarantine)) throw new BagRefusedException("refused.kind", item.View.KindName);
        List<string> names = [.. bag.Below($"{item.Folder}/original."), .. bag.Below($"{item.Folder}/beginning.")];
        if (names is not [var file]) throw new BagRefusedException("refused.original", names.Count);
        var (sha256, sm3) = Digests(file, cancellationToken);
        var digest = item.View.Private.Object("digest"u8);
        if (file.Contains("/original.", StringComparison.Ordinal))
        {
            if (digest?.Digest("sha256"u8) != sha256) throw new BagRefusedException("refused.content", "SHA-256", file);
            if (digest?.Digest("sm3"u8) is { } sealedSm3 && sealedSm3 != sm3) throw new BagRefusedException("refused.content", "SM3", file);
        }
        else if (!item.View.Private.TryGetProperty("bytes"u8, out var bytes) || bytes.ValueKind != JsonValueKind.String
            || !bytes.TryGetBytesFromBase64(out var kept) || new Hash(SHA256.HashData(kept)) != sha256)
        {
            throw new BagRefusedException("refused.content", "SHA-256", file);
        }

        steps.Good("content", item.Folder, file, sha256, sm3, texts[digest?.Digest("sm3"u8) is null ? "sm3.computed" : "sm3.sealed"]);
        _contents.Add(file, new BagFile(bag.SizeOf(file), sha256, sm3));
    }

    /// <summary>Both in one go, on two processors.</summary>
    (Hash Sha256, Hash Sm3) Digests(string file, CancellationToken cancellationToken)
    {
        var sm3 = Task.Run(() => bag.Sm3(file, cancellationToken), CancellationToken.None);
        return (bag.Sha256(file, cancellationToken), sm3.GetAwaiter().GetResult());
    }

    /// <summary>It may only be absent where the export's record says that it was.</summary>
    void CheckDevice(BagEntry item, ExportRecord? record)
    {
        var folder = $"{item.Folder}/device";
        if (item.View.Body.Digest("deviceLeaf"u8) is not { } named) return;
        if (!bag.Has($"{folder}/leaf.json"))
        {
            if (record is { Device: null }) steps.Open("device", folder, "device.absent");
            else steps.Failed("device", folder, "refused.device-absent");
            return;
        }

        steps.Try("device", folder, () =>
        {
            using var device = ReadAny(folder);
            if (device is null) return;
            if (device.LeafHash != named) throw new BagRefusedException("refused.device");
            steps.Good("device", folder, device.Index);
        });
    }

    /// <summary>An entry in a folder that is not named by its index.</summary>
    BagEntry? ReadAny(string folder)
    {
        if (!TlogProof.TryParse(bag.Read($"{folder}/proof.tlog-proof", TlogProof.MaximumBytes), out var proof, out var error)) throw new BagRefusedException("refused.proof", error);
        return chain.Items.Read(folder, proof.Index);
    }

    /// <summary>
    /// A statement, not a fault: the bag is what it is, but may not be used as evidence for a penalty. That an item passed is
    /// proven only where an export sealed that nothing else was said of it until then, and the tree ends with that.
    /// </summary>
    void CheckReview(BagEntry item, ItemHistory history)
    {
        if (history is { Review: ReviewState.Passed, IsGood: true, IsToTheEnd: true, Record: { } record }) steps.Good("review", item.Folder, record.Index, LedgerTime.Format(record.At));
        else if (history.Review == ReviewState.Passed) steps.Open("review", item.Folder, "review.passed");
        else if (history.Review == ReviewState.Failed) steps.Open("review", item.Folder, "review.failed", DisplayText.Of(history.Reason));
        else steps.Open("review", item.Folder, "review.none");
    }
}
