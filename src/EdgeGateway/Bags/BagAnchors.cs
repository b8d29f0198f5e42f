using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EdgeGateway.Export;
using EdgeGateway.Ledger;
using EdgeGateway.Texts;

namespace EdgeGateway.Bags;

/// <summary>The time-stamps and cosignatures of a bag, and between which of them an item lies.</summary>
sealed class BagAnchors(BagFolder bag, BagLedger ledger, X509Certificate2Collection? roots, BagSteps steps, TextTable texts)
{
    const int MaximumToken = 1 << 20;

    readonly List<Anchor> _anchors = [];

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
            _anchors.Add(isToken ? ReadToken(entry, stamped, tree) : ReadCosignature(entry, tree ?? throw new BagRefusedException("refused.stamped")));
        });
    }

    /// <summary>Steps "covered" and "time".</summary>
    public void CheckTime(BagEntry item)
    {
        DateTimeOffset? after = null;
        DateTimeOffset? before = null;
        var trusted = true;
        foreach (var anchor in _anchors)
        {
            if (anchor is { Cosigner: null } && anchor.Index < item.Index && (after is null || anchor.Time > after))
            {
                after = anchor.Time;
                trusted &= anchor.IsTrusted;
            }

            if (!Covers(anchor, item)) continue;
            if (anchor.Cosigner is null && (before is null || anchor.Time < before))
            {
                before = anchor.Time;
                trusted &= anchor.IsTrusted;
            }
        }

        if (after is null && before is null) steps.Open("time", item.Folder, "time.none", LedgerTime.Format(item.View.At));
        else if (after > before) steps.Add("time", item.Folder, StepState.Failed, Between(after, before));
        else if (!trusted) steps.Add("time", item.Folder, StepState.Open, $"{Between(after, before)} {texts["time.unknown"]}");
        else steps.Add("time", item.Folder, StepState.Good, Between(after, before));
    }

    string Between(DateTimeOffset? after, DateTimeOffset? before) => (after, before) switch
    {
        ({ } from, { } to) => texts.Format("time.between", LedgerTime.Format(from), LedgerTime.Format(to)),
        ({ } from, null) => texts.Format("time.after", LedgerTime.Format(from)),
        _ => texts.Format("time.before", before is { } to ? LedgerTime.Format(to) : ""),
    };

    bool Covers(Anchor anchor, BagEntry item)
    {
        if (anchor.Tree is not { } tree)
        {
            return anchor.Stamped.AsSpan().SequenceEqual(item.Leaf.Span);
        }

        var file = string.Create(CultureInfo.InvariantCulture, $"{item.Folder}/path-{tree.Size}.txt");
        if (item.Index >= tree.Size || !bag.Has(file)) return false;
        return steps.Take("covered", item.Folder, () =>
        {
            if (!Merkle.VerifyInclusion(item.Index, tree.Size, item.LeafHash, BagSource.ReadPath(bag, file), tree.Root)) throw new BagRefusedException("refused.path", file);
        }, item.Index, anchor.Folder, tree.Size);
    }

    Checkpoint TreeOf(BagEntry entry, byte[] stamped)
    {
        if (!Checkpoint.TryParse(Encoding.UTF8.GetString(stamped), out var tree, out var error)) throw new BagRefusedException("refused.checkpoint", error);
        if (tree.Origin != ledger.Checkpoint.Origin || tree.Size != entry.View.Body.Integer("size"u8) || tree.Root != entry.View.Body.Digest("root"u8)) throw new BagRefusedException("refused.stamped");
        return tree;
    }

    Anchor ReadToken(BagEntry entry, byte[] stamped, Checkpoint? tree)
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
        return new Anchor(entry.Index, entry.Folder, check.Time, stamped, tree, null, roots is not null);
    }

    Anchor ReadCosignature(BagEntry entry, Checkpoint tree)
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
        steps.Good("cosignature", entry.Folder, key, LedgerTime.Format(time));
        return new Anchor(entry.Index, entry.Folder, time, [], tree, key, true);
    }

    /// <param name="Tree">Null where one leaf alone was stamped.</param>
    /// <param name="Cosigner">Null for a time-stamp.</param>
    sealed record Anchor(long Index, string Folder, DateTimeOffset Time, byte[] Stamped, Checkpoint? Tree, VerifierKey? Cosigner, bool IsTrusted);
}
