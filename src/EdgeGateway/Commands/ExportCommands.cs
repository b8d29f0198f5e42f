using System.Text;
using System.Text.Json.Nodes;
using EdgeGateway.Evidence;
using EdgeGateway.Export;
using EdgeGateway.Gateway;
using EdgeGateway.Ingest;
using EdgeGateway.Ledger;
using EdgeGateway.Registry;
using EdgeGateway.Storage.Registry;
using EdgeGateway.Witnessing;

namespace EdgeGateway.Commands;

/// <summary>
/// What <c>evidence export</c> asks of the gateway, a bounded answer each: the command line's own process writes the bag,
/// because the gateway's user may not write where the caller wants it. The last call seals that it was exported.
/// </summary>
sealed class ExportCommands(GatewayData data, TimeProvider time)
{
    /// <summary>A bag of more would have a guide that nobody follows.</summary>
    public const int MaximumItems = 1000;

    const int MaximumText = 500;
    const int AnchorsLookedAt = 64;

    /// <summary>Signs the tree, and answers with the checkpoint that everything in the bag is proven against.</summary>
    public async Task<JsonNode> OpenAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        var items = Items(arguments);
        await data.Ledger.CatchUpAsync(cancellationToken);
        foreach (var index in items) CheckIsEvidence(index).Dispose();
        if (!data.Witnesses.FailOpen)
        {
            // Before anything is written: refuses where there is no quorum.
            foreach (var index in items) await CosignedCheckpoint.CoveringAsync(data, index, cancellationToken);
        }

        var signed = await data.Ledger.CheckpointAsync(cancellationToken);
        await data.CatchUpViewsAsync(cancellationToken);
        using var genesis = EntryView.Parse(data.Ledger.Read(0, 1)[0]);
        return new JsonObject
        {
            ["origin"] = data.Ledger.Origin,
            ["key"] = data.Ledger.Key.ToString(),
            ["size"] = signed.Checkpoint.Size,
            ["checkpoint"] = Encoding.UTF8.GetString(signed.Note),
            ["timeZone"] = genesis.Body.Text("timeZone"u8) ?? "UTC",
            ["account"] = actor.Account,
            ["at"] = CommandArguments.Text(time.GetUtcNow()),
        };
    }

    /// <summary>Which other entries of the tree speak of an item.</summary>
    public async Task<JsonNode> ItemAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        var (index, size) = (Index(arguments), Size(arguments));
        using var entry = EntryView.Parse(data.Ledger.Read(index, 1)[0]);
        var device = entry.Body.Digest("deviceLeaf"u8) is { } leaf ? data.Views.FindDeviceState(leaf) : null;
        var state = data.Views.FindState(index);
        return new JsonObject
        {
            ["medium"] = state?.Medium,
            ["witnessed"] = WitnessedTree.Of(await CosignedCheckpoint.CoveringAsync(data, index, cancellationToken), data.Witnesses.Policy).ToJson(),
            ["history"] = new JsonArray([.. data.Views.HistoryOf(index).Where(at => at < size).Select(at => (JsonNode)at)]),
            ["device"] = device < size ? device : null,
            ["before"] = data.Views.LastAnchorBefore(AnchorType.Timestamp, index)?.Index,
            ["after"] = new JsonArray([.. After(index, size).Select(at => (JsonNode)at)]),
        };
    }

    /// <summary>An entry byte for byte, with its inclusion paths in trees of the given sizes.</summary>
    public Task<JsonNode> EntryAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        var index = Index(arguments);
        var record = data.Ledger.Read(index, 1)[0];

        // Its private part may still be there until the next compaction; it is erased from when the tombstone is sealed.
        var erased = data.Views.FindState(index)?.Tombstone is not null;
        var sizes = (arguments["sizes"] as JsonArray ?? []).Take(AnchorsLookedAt).Select(node => node!.GetValue<long>());
        return Task.FromResult<JsonNode>(new JsonObject
        {
            ["leaf"] = Convert.ToBase64String(record.Leaf.Span),
            ["salt"] = erased || record.Salt.IsEmpty ? null : Convert.ToBase64String(record.Salt.Span),
            ["private"] = erased || record.PrivatePart.IsEmpty ? null : Convert.ToBase64String(record.PrivatePart.Span),
            ["paths"] = new JsonArray([.. sizes.Select(size => (JsonNode)Path(index, size))]),
        });
    }

    /// <summary>Seals a <c>custody</c> entry for each item; the bag must not get its name before this returned.</summary>
    public async Task<JsonNode> SealAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        var entries = Items(arguments).Select(index => Custody(index, arguments, actor)).ToList();
        var outcomes = await OwnEntry.SealAllAsync(entries, data.Ledger, cancellationToken);
        return new JsonObject { ["entries"] = new JsonArray([.. outcomes.Select(outcome => (JsonNode)outcome.Index)]) };
    }

    OwnEntry Custody(long index, JsonObject arguments, Actor actor)
    {
        using var entry = CheckIsEvidence(index);
        var leaf = entry.LeafHash;
        var (by, reason, caseNumber) = (Text("by", actor.Account), Text("reason"), Text("case"));
        var manifest = Hash.TryParse(arguments.Text("manifest"), out var digest) ? digest : throw new GatewayException("The argument 'manifest' is not a SHA-256 digest.");
        return new OwnEntry(EntryKind.Custody, entry.SubjectDevice is null ? Subjects.Gateway : entry.Subject, json =>
        {
            json.Name("action"u8);
            json.Ascii("export"u8);
            json.Name("item"u8);
            json.BeginObject();
            json.Name("index"u8);
            json.Number(index);
            json.Name("leaf"u8);
            json.Hex(leaf);
            json.EndObject();
        })
        {
            Private = json =>
            {
                json.Name("by"u8);
                json.String(by);
                json.Name("case"u8);
                json.String(caseNumber);
                json.Name("manifest"u8);
                json.Hex(manifest);
                json.Name("reason"u8);
                json.String(reason);
            },
        }.MadeBy(actor);

        string Text(string name, string? otherwise = null)
        {
            var text = arguments.Text(name) ?? otherwise ?? arguments.RequiredText(name);
            return text.Length <= MaximumText ? text : throw new GatewayException($"'{name}' has {text.Length} characters; at most {MaximumText} are sealed. Shorten it.");
        }
    }

    /// <summary>
    /// Of each authority and witness the first that covers the item, which bounds its time; the newest time-stamp, whose
    /// certificate lives longest; and time-stamps of the item alone.
    /// </summary>
    SortedSet<long> After(long index, long size)
    {
        var first = data.Views.AnchorsCovering(AnchorType.Timestamp, index, AnchorsLookedAt)
            .Concat(data.Views.AnchorsCovering(AnchorType.Cosignature, index, AnchorsLookedAt))
            .DistinctBy(anchor => (anchor.Type, anchor.By));
        var newest = data.Views.LastAnchorBefore(AnchorType.Timestamp, size);
        var chosen = first.Concat(data.Views.AnchorsOf(index));
        if (newest?.Size > index) chosen = chosen.Append(newest);
        return [.. chosen.Select(anchor => anchor.Index).Where(at => at < size)];
    }

    JsonArray Path(long index, long size)
    {
        if (size <= index || size > data.Ledger.Size) throw new GatewayException($"There is no path of entry {index} in a tree of {size} entries.");
        return new JsonArray([.. new ProofBuilder(size, data.Ledger.ReadTile).Inclusion(index).Select(hash => (JsonNode)hash.ToString())]);
    }

    EntryView CheckIsEvidence(long index)
    {
        if (index < 0 || index >= data.Ledger.Size) throw new GatewayException($"There is no entry {index}: the ledger has entries 0 to {data.Ledger.Size - 1}.");
        var entry = EntryView.Parse(data.Ledger.Read(index, 1)[0]);
        if (entry.Kind is EntryKind.Evidence or EntryKind.Quarantine) return entry;
        var kind = DisplayText.Of(entry.KindName);
        entry.Dispose();
        throw new GatewayException($"Entry {index} is no evidence but '{kind}'. 'edgegw evidence list' shows what can be exported.");
    }

    static List<long> Items(JsonObject arguments)
    {
        var items = (arguments["items"] as JsonArray ?? []).Select(node => node!.GetValue<long>()).Distinct().Order().ToList();
        return items.Count is > 0 and <= MaximumItems
            ? items
            : throw new GatewayException($"{items.Count} items were asked for; an export has 1 to {MaximumItems}. Split it.");
    }

    long Index(JsonObject arguments) =>
        arguments.Number("index") is { } index && index >= 0 && index < data.Ledger.Size ? index : throw new GatewayException("The argument 'index' is missing, or there is no such entry.");

    static long Size(JsonObject arguments) => arguments.Number("size") ?? throw new GatewayException("The argument 'size' is missing.");
}
