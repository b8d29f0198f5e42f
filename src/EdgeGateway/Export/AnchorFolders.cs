using System.Globalization;
using System.Security.Cryptography;
using EdgeGateway.Bags;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;

namespace EdgeGateway.Export;

/// <summary>
/// The time-stamps and cosignatures that bound an item's time, once each in <c>data/anchors/&lt;index&gt;</c>: the entry, what was
/// stamped or signed, and what openssl needs to check it. Those of a log that goes on from the items' cover entry 0 of it, which names
/// the end of the log before, and so all of the logs before.
/// </summary>
sealed class AnchorFolders(BagTarget bag, EntryFolders entries, ExportLog log, VerifyCommands commands)
{
    readonly Dictionary<long, AnchorFiles> _written = [];
    readonly Dictionary<(long Item, long Size), Hash[]> _paths = [];
    readonly HashSet<long> _covering = [];

    /// <returns>The item with the times that its anchors give it.</returns>
    public async Task<ExportedItem> AddAsync(ExportedItem item, string folder, ItemLinks links)
    {
        if (links.Before is { } before && await WrittenAsync(before) is { IsTimestamp: true } earlier) item = item with { NotBefore = earlier.Time };
        foreach (var index in links.After)
        {
            if (await WrittenAsync(index) is not { } anchor) continue;
            await ConnectAsync(item.Index, folder, anchor);
            item = Bounded(item, anchor);
        }

        return item;
    }

    /// <summary>The same for anchors of a log that goes on from the item's.</summary>
    public async Task<ExportedItem> AddLaterAsync(ExportedItem item, IReadOnlyList<long> anchors)
    {
        foreach (var index in anchors)
        {
            if (await WrittenAsync(index) is not { Tree: { } tree } anchor) continue;
            if (_covering.Add(index)) commands.CoveredLog($"{log.Folder}genesis", anchor.Folder, $"{anchor.Folder}/stamped.txt", tree.Size, await PathAsync(0, $"{log.Folder}genesis", tree));
            item = Bounded(item, anchor);
        }

        return item;
    }

    static ExportedItem Bounded(ExportedItem item, AnchorFiles anchor) =>
        anchor.IsTimestamp && (item.NotAfter is null || anchor.Time < item.NotAfter) ? item with { NotAfter = anchor.Time } : item;

    /// <summary>How the item is part of what was stamped.</summary>
    async Task ConnectAsync(long item, string folder, AnchorFiles anchor)
    {
        if (anchor.Tree is not { } tree)
        {
            commands.CoveredAlone(folder, anchor.Folder);
            return;
        }

        commands.Covered(folder, item, anchor.Folder, $"{anchor.Folder}/stamped.txt", tree.Size, await PathAsync(item, folder, tree));
    }

    async Task<Hash[]> PathAsync(long index, string folder, Checkpoint tree)
    {
        if (_paths.TryGetValue((index, tree.Size), out var path)) return path;
        return _paths[(index, tree.Size)] = await entries.AddPathAsync(folder, index, tree);
    }

    /// <summary>Null where the anchor's private part, with token and certificates, is gone.</summary>
    async Task<AnchorFiles?> WrittenAsync(long index)
    {
        if (_written.TryGetValue(index, out var known)) return known;
        var folder = $"{BagPath.Anchors(log.Number)}{index.ToString(CultureInfo.InvariantCulture)}";
        var exported = await entries.AddAsync(folder, index);
        using var entry = EntryView.Parse(exported.Record);
        var body = entry.Body;
        var time = body.Time("time"u8) ?? throw Malformed(index);
        var by = body.Text("by"u8) ?? throw Malformed(index);
        Checkpoint? tree = null;
        if (body.Integer("item"u8) is { } item)
        {
            bag.Add($"{folder}/stamped.txt", await log.Source.StampedLeafAsync(item, $"{folder}/stamped.txt"));
        }
        else
        {
            tree = Checkpoint.TryParse(Stamped(body), out var parsed, out _) ? parsed : throw Malformed(index);
            bag.Add($"{folder}/stamped.txt", tree.ToString());
        }

        var files = body.Text("type"u8) == "timestamp"
            ? AddTimestamp(folder, entry, tree, by, time)
            : AddCosignature(folder, entry, tree ?? throw Malformed(index), by, time);
        if (files is not null) _written.Add(index, files);
        return files;
    }

    AnchorFiles? AddTimestamp(string folder, EntryView entry, Checkpoint? tree, string by, DateTimeOffset time)
    {
        if (AnchorEvidence.Read(entry.Private) is not { } evidence) return null;
        bag.Add($"{folder}/token.tst", evidence.Token);
        bag.Add($"{folder}/roots.pem", evidence.RootsPem);
        if (evidence.ChainPem.Length > 0) bag.Add($"{folder}/chain.pem", evidence.ChainPem);
        for (var i = 0; i < evidence.Revocation.Count; i++) bag.Add(string.Create(CultureInfo.InvariantCulture, $"{folder}/revocation-{i + 1}.der"), Bytes(evidence.Revocation[i], entry.Index));
        var files = new AnchorFiles(folder, true, by, time, tree);
        commands.Timestamp(folder, time, evidence);
        return files;
    }

    /// <summary>Large lists are objects of their own; their digest stands in the private part.</summary>
    byte[] Bytes(RevocationData data, long index)
    {
        if (data.Object is not { } digest) return data.Bytes;
        using var content = log.Source.OpenObject(digest, string.Create(CultureInfo.InvariantCulture, $"the time-stamp {index}"), null);
        if (content.Length > RevocationData.MaximumBytes) throw Malformed(index);
        var bytes = new byte[content.Length];
        content.ReadExactly(bytes);
        return new Hash(SHA256.HashData(bytes)) == digest
            ? bytes
            : throw new GatewayException($"The revocation list of the time-stamp {index} is not what was sealed: it has another digest. Restore it from a backup; 'edgegw ledger verify --objects' names all that are wrong.");
    }

    AnchorFiles AddCosignature(string folder, EntryView entry, Checkpoint tree, string by, DateTimeOffset time)
    {
        if (!VerifierKey.TryParse(entry.Body.Text("key"u8), out var key, out _) || CosignatureLine.Read(entry.Body.Text("signature"u8)) is not { } line) throw Malformed(entry.Index);
        bag.Add($"{folder}/witness.der", EntryFolders.Der(key));
        bag.Add($"{folder}/message.txt", CosignatureLine.Message(line.Timestamp, tree.ToString()));
        bag.Add($"{folder}/cosignature.sig", line.Signature);
        commands.Cosignature(folder);
        return new AnchorFiles(folder, false, by, time, tree);
    }

    string Stamped(System.Text.Json.JsonElement body) => body.Digest("root"u8) is { } root && body.Integer("size"u8) is { } size
        ? string.Create(CultureInfo.InvariantCulture, $"{log.Head.Origin}\n{size}\n{Convert.ToBase64String(root.ToArray())}\n")
        : "";

    static LedgerCorruptException Malformed(long index) => new($"The anchor entry {index} lacks what the format asks for. Run 'edgegw ledger verify'.");
}

/// <param name="Tree">What was stamped; null where it was the item's leaf alone.</param>
sealed record AnchorFiles(string Folder, bool IsTimestamp, string By, DateTimeOffset Time, Checkpoint? Tree);
