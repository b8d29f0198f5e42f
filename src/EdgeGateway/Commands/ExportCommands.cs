using System.Text;
using System.Text.Json.Nodes;
using EdgeGateway.Custody;
using EdgeGateway.Export;
using EdgeGateway.Gateway;
using EdgeGateway.Ingest;
using EdgeGateway.Ledger;
using EdgeGateway.Registry;
using EdgeGateway.Storage.Registry;
using EdgeGateway.Texts;
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

    const int MaximumReason = 1024;
    const int AnchorsLookedAt = 64;

    /// <summary>Signs the tree, and answers with the checkpoint that everything in the bag is proven against.</summary>
    public async Task<JsonNode> OpenAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        var items = Items(arguments);
        await data.Ledger.CatchUpAsync(cancellationToken);
        var lookup = new ItemLookup(SelectedLog.Written(data));
        foreach (var index in items)
        {
            if (lookup.Find(index, out _, out var error) is null) throw new GatewayException(error!);
        }

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
        var manifest = Hash.TryParse(arguments.Text("manifest"), out var digest) ? digest : throw CommandArguments.WrongWord("manifest", arguments.Text("manifest") ?? "", "SHA-256");
        var (caseNumber, reason) = (Required("case", ItemTag.MaximumCharacters), Required("reason", MaximumReason));
        var lookup = new ItemLookup(await SelectedLog.FindAsync(data, null, views: false, cancellationToken));
        var entries = Items(arguments).Select(index => lookup.Find(index, out _, out var error) is { } item
            ? CustodyEntries.Export(item, caseNumber, manifest, arguments.By(actor, ItemTag.MaximumCharacters), reason).MadeBy(actor)
            : throw new GatewayException(error!)).ToList();
        var outcomes = await OwnEntry.SealAllAsync(entries, data.Ledger, cancellationToken);
        return new JsonObject { ["entries"] = new JsonArray([.. outcomes.Select(outcome => (JsonNode)outcome.Index)]) };

        string Required(string name, int maximum) => arguments.Text(name, maximum) is { Length: > 0 } text ? text : throw Failure.Usage("usage.required", $"--{name}");
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
        if (size <= index || size > data.Ledger.Size) throw Failure.Of("export.no-path", index, size);
        return new JsonArray([.. new ProofBuilder(size, data.Ledger.ReadTile).Inclusion(index).Select(hash => (JsonNode)hash.ToString())]);
    }

    static List<long> Items(JsonObject arguments)
    {
        var items = (arguments["items"] as JsonArray ?? []).Select(node => node!.GetValue<long>()).Distinct().Order().ToList();
        return items.Count is > 0 and <= MaximumItems
            ? items
            : throw Failure.Usage("row.count", items.Count, MaximumItems);
    }

    long Index(JsonObject arguments) =>
        arguments.RequiredNumber("index") is var index && index >= 0 && index < data.Ledger.Size ? index : throw new GatewayException(SelectedLog.Written(data).NoEntry(index));

    static long Size(JsonObject arguments) => arguments.RequiredNumber("size");
}
