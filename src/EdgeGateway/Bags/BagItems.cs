using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EdgeGateway.Export;
using EdgeGateway.Ledger;
using EdgeGateway.Texts;

namespace EdgeGateway.Bags;

/// <summary>Checks an item: its entry, its bytes, its device's registration, its history, and what bounds its time.</summary>
sealed class BagItems(BagFolder bag, BagLedger ledger, BagAnchors anchors, BagSteps steps, TextTable texts)
{
    const int MaximumList = 16 << 20;

    // In Chinese, whatever the answer's language: the list is in Chinese.
    readonly TextTable _list = TextTable.Of("Export", Language.Chinese);
    string? _csv;

    /// <returns>The item's index; null where its entry could not be proven.</returns>
    public long? Check(string folder)
    {
        using var item = ledger.Read(folder);
        if (item is null) return null;
        if (item.View.IsErased) steps.Open("content", folder, "content.erased", item.Index);
        else steps.Try("content", folder, () => CheckContent(item));
        CheckDevice(item);
        var review = CheckHistory(item);
        CheckReview(item, review);
        anchors.CheckTime(item);
        return item.Index;
    }

    void CheckContent(BagEntry item)
    {
        if (item.View.Kind is not (EntryKind.Evidence or EntryKind.Quarantine)) throw new BagRefusedException("refused.kind", item.View.KindName);
        var names = bag.Files.Where(file => file.StartsWith($"{item.Folder}/original.", StringComparison.Ordinal) || file.StartsWith($"{item.Folder}/beginning.", StringComparison.Ordinal)).ToList();
        if (names is not [var file]) throw new BagRefusedException("refused.original", names.Count);
        var (sha256, sm3) = Digests(file);
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

        _csv ??= Encoding.UTF8.GetString(bag.Read("data/list.csv", MaximumList));
        if (!_csv.Contains(sha256.ToString(), StringComparison.Ordinal) || !_csv.Contains(sm3.ToString(), StringComparison.Ordinal)) throw new BagRefusedException("refused.list", file);
        steps.Good("content", item.Folder, file, sha256, sm3, texts[digest?.Digest("sm3"u8) is null ? "sm3.computed" : "sm3.sealed"]);
    }

    /// <summary>Both in one go, on two processors.</summary>
    (Hash Sha256, Hash Sm3) Digests(string file)
    {
        var sm3 = Task.Run(() => bag.Sm3(file));
        return (bag.Sha256(file), sm3.GetAwaiter().GetResult());
    }

    void CheckDevice(BagEntry item)
    {
        var folder = $"{item.Folder}/device";
        if (item.View.Body.Digest("deviceLeaf"u8) is not { } named) return;
        if (!bag.Has($"{folder}/leaf.json"))
        {
            steps.Open("device", folder, "device.absent");
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
        return ledger.Read(folder, proof.Index);
    }

    (ReviewState State, string? Reason) CheckHistory(BagEntry item)
    {
        var review = (State: ReviewState.None, Reason: (string?)null);
        var folders = bag.Folders($"{item.Folder}/history/").Select(folder => (Folder: folder, Index: BagEntry.IndexOf(folder))).OrderBy(entry => entry.Index);
        foreach (var (folder, _) in folders)
        {
            using var entry = ledger.Read(folder);
            if (entry is null) continue;
            steps.Try("history", folder, () =>
            {
                var about = entry.View.Body.Object("item"u8);
                if (about?.Integer("index"u8) != item.Index || about?.Digest("leaf"u8) != item.LeafHash) throw new BagRefusedException("refused.history");
                if (entry.View.Kind is not (EntryKind.Review or EntryKind.Custody or EntryKind.Tombstone)) throw new BagRefusedException("refused.kind", entry.View.KindName);
                steps.Good("history", folder, entry.View.KindName, entry.View.Body.Text("action"u8) ?? entry.View.Body.Text("result"u8) ?? entry.View.Body.Text("reason"u8), LedgerTime.Format(entry.View.At));
                if (entry.View.Kind != EntryKind.Review) return;
                review = (entry.View.Body.Text("result"u8) == "passed" ? ReviewState.Passed : ReviewState.Failed, entry.View.Private.Text("reason"u8));
            });
        }

        return review;
    }

    /// <summary>A statement, not a fault: the bag is what it is, but may not be used as evidence for a penalty.</summary>
    void CheckReview(BagEntry item, (ReviewState State, string? Reason) review)
    {
        if (review.State == ReviewState.Passed) steps.Good("review", item.Folder);
        else if (review.State == ReviewState.Failed) steps.Open("review", item.Folder, "review.failed", Evidence.DisplayText.Of(review.Reason));
        else steps.Open("review", item.Folder, "review.none");
        if (review.State == ReviewState.None && _csv is { } csv && !csv.Contains(_list["review.none"], StringComparison.Ordinal))
        {
            steps.Failed("review", item.Folder, "refused.unmarked");
        }
    }
}
