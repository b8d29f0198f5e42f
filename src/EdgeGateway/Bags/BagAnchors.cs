using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EdgeGateway.Export;
using EdgeGateway.Ledger;
using EdgeGateway.Texts;
using EdgeGateway.Witnessing;

namespace EdgeGateway.Bags;

/// <summary>The time-stamps and cosignatures of a bag, and between which of them an item lies.</summary>
/// <param name="policy">Only the witnesses that it names are vouched for.</param>
sealed class BagAnchors(BagFolder bag, BagLedger ledger, WitnessPolicy? policy, X509Certificate2Collection? roots, BagSteps steps, TextTable texts)
{
    const int MaximumToken = 1 << 20;

    readonly AnchorIndex _index = new();

    public void Read(string folder)
    {
        using var entry = ledger.Read(folder);
        if (entry is null) return;
        var isToken = entry.View.Body.Text("type"u8) == "timestamp";
        steps.Try(isToken ? "token" : "cosignature", folder, () =>
        {
            if (entry.View.Kind != EntryKind.Anchor) throw new BagRefusedException("refused.kind", entry.View.KindName);
            var stamped = bag.Read($"{folder}/stamped.txt", LedgerRecord.MaximumLeafBytes);
            var tree = entry.View.Body.Integer("item"u8) is null ? TreeOf(entry, stamped) : null;
            _index.Add(isToken ? ReadToken(entry, stamped, tree) : ReadCosignature(entry, tree ?? throw new BagRefusedException("refused.stamped")), Merkle.LeafHash(stamped));
        });
    }

    /// <summary>Steps "covered" and "time"; all anchors are read by now.</summary>
    /// <param name="ofLater">Those of later logs that cover all of this one.</param>
    public void CheckTime(BagEntry item, IReadOnlyList<BagAnchor> ofLater)
    {
        var earlier = _index.LatestBefore(item.Index);
        BagAnchor? later = null;
        foreach (var anchor in Covering(item).Concat(ofLater))
        {
            if (anchor.Cosigner is null && (later is null || anchor.Time < later.Time)) later = anchor;
        }

        var (after, before) = (earlier?.Time, later?.Time);
        var trusted = earlier is not { IsTrusted: false } && later is not { IsTrusted: false };
        if (after is null && before is null) steps.Open("time", item.Folder, "time.none", LedgerTime.Format(item.View.At));
        else if (after > before) steps.Add("time", item.Folder, StepState.Failed, Between(after, before));
        else if (!trusted) steps.Add("time", item.Folder, StepState.Open, $"{Between(after, before)} {texts["time.unknown"]}");
        else steps.Add("time", item.Folder, StepState.Good, Between(after, before));
    }

    /// <summary>Those over a tree that holds this log's entry 0, which names the end of the log before: they cover all of the logs before.</summary>
    public IReadOnlyList<BagAnchor> CoveringLog(BagLedger log)
    {
        using var genesis = BagEntry.Read(bag, log.Folder + "genesis", 0);
        return [.. Covering(genesis).Where(anchor => anchor.Tree is not null)];
    }

    string Between(DateTimeOffset? after, DateTimeOffset? before) => (after, before) switch
    {
        ({ } from, { } to) => texts.Format("time.between", LedgerTime.Format(from), LedgerTime.Format(to)),
        ({ } from, null) => texts.Format("time.after", LedgerTime.Format(from)),
        _ => texts.Format("time.before", before is { } to ? LedgerTime.Format(to) : ""),
    };

    /// <summary>Those of the item alone, and of each tree that the item's folder has a path in.</summary>
    IEnumerable<BagAnchor> Covering(BagEntry item)
    {
        foreach (var anchor in _index.OfLeaf(item.LeafHash)) yield return anchor;
        var beginning = $"{item.Folder}/path-";
        foreach (var file in bag.Below(beginning))
        {
            if (!long.TryParse(file[beginning.Length..].Replace(".txt", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out var size) || item.Index >= size) continue;
            foreach (var anchor in _index.OfTree(size))
            {
                if (Covers(anchor, anchor.Tree!, file, item)) yield return anchor;
            }
        }
    }

    bool Covers(BagAnchor anchor, Checkpoint tree, string file, BagEntry item) => steps.Take("covered", item.Folder, () =>
    {
        if (!Merkle.VerifyInclusion(item.Index, tree.Size, item.LeafHash, BagSource.ReadPath(bag, file), tree.Root)) throw new BagRefusedException("refused.path", file);
    }, item.Index, anchor.Folder, tree.Size);

    Checkpoint TreeOf(BagEntry entry, byte[] stamped)
    {
        if (!Checkpoint.TryParse(Encoding.UTF8.GetString(stamped), out var tree, out var error)) throw new BagRefusedException("refused.checkpoint", error);
        if (tree.Origin != ledger.Checkpoint.Origin || tree.Size != entry.View.Body.Integer("size"u8) || tree.Root != entry.View.Body.Digest("root"u8)) throw new BagRefusedException("refused.stamped");
        return tree;
    }

    BagAnchor ReadToken(BagEntry entry, byte[] stamped, Checkpoint? tree)
    {
        var body = entry.View.Body;
        var token = bag.Read($"{entry.Folder}/token.tst", MaximumToken);
        if (new Hash(SHA256.HashData(token)) != body.Digest("token"u8)) throw new BagRefusedException("refused.token-digest");
        if (new Hash(SHA256.HashData(stamped)) != body.Digest("imprint"u8)) throw new BagRefusedException("refused.stamped");
        var certificates = new X509Certificate2Collection();
        foreach (var name in (string[])["roots.pem", "chain.pem"])
        {
            if (bag.Has($"{entry.Folder}/{name}")) TokenCheck.Import(certificates, bag.Read($"{entry.Folder}/{name}", MaximumToken));
        }

        var check = TokenCheck.Of(token, stamped, certificates, roots);
        if (check.Fault is { } fault) throw new BagRefusedException(fault, check.Detail);
        if (body.Time("time"u8) is not { } time || time.ToUnixTimeSeconds() != check.Time.ToUnixTimeSeconds()) throw new BagRefusedException("refused.token-time");
        var shown = LedgerTime.Format(check.Time);
        if (roots is null) steps.Open("token", entry.Folder, "token.unknown", check.Authority, shown);
        else steps.Good("token", entry.Folder, check.Authority, shown);
        return new BagAnchor(entry.Index, entry.Folder, check.Time, tree, null, roots is not null);
    }

    BagAnchor ReadCosignature(BagEntry entry, Checkpoint tree)
    {
        var body = entry.View.Body;
        if (!VerifierKey.TryParse(body.Text("key"u8), out var key, out var error)) throw new BagRefusedException("refused.key", error);
        if (CosignatureLine.Read(body.Text("signature"u8)) is not { } line) throw new BagRefusedException("refused.cosignature");
        var note = $"{tree}\n\u2014 {key.Name} {body.Text("signature"u8)}\n";
        if (!SignedNote.TryParse(Encoding.UTF8.GetBytes(note), out var parsed, out error) || !parsed.TryVerify([key], out _, out error)) throw new BagRefusedException("refused.checkpoint", error);
        if (!bag.Read($"{entry.Folder}/cosignature.sig", 64).AsSpan().SequenceEqual(line.Signature)
            || Encoding.UTF8.GetString(bag.Read($"{entry.Folder}/message.txt", 8192)) != CosignatureLine.Message(line.Timestamp, tree.ToString())
            || !bag.Read($"{entry.Folder}/witness.der", 64).AsSpan().SequenceEqual(EntryFolders.Der(key)))
        {
            throw new BagRefusedException("refused.cosignature");
        }

        var time = DateTimeOffset.FromUnixTimeSeconds(Math.Min(line.Timestamp, DateTimeOffset.MaxValue.ToUnixTimeSeconds()));
        var vouched = policy?.Witnesses.Any(witness => witness.Key.Equals(key)) == true;
        if (vouched) steps.Good("cosignature", entry.Folder, key, LedgerTime.Format(time));
        else steps.Open("cosignature", entry.Folder, "cosignature.unknown", key, LedgerTime.Format(time));
        return new BagAnchor(entry.Index, entry.Folder, time, tree, key, vouched);
    }
}
