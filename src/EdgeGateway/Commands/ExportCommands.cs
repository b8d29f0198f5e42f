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
/// What <c>evidence export</c> asks of the gateway: the command line's own process writes the bag, because the gateway's
/// user may not write where the caller wants it. The first call seals what belongs into the bag, the last that it is whole.
/// </summary>
sealed class ExportCommands(GatewayData data, TimeProvider time)
{
    /// <summary>A bag of more would have a guide that nobody follows.</summary>
    public const int MaximumItems = 1000;

    const int MaximumReason = 1024;
    const int MaximumSoftware = 256;
    const int AnchorsLookedAt = 64;

    /// <summary>
    /// Seals an export record of each item, signs the tree that has them, and answers with the checkpoint that everything in
    /// the bag is proven against, and which entries speak of each item. A rehearsal seals nothing.
    /// </summary>
    public async Task<JsonNode> OpenAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        var items = Items(arguments);
        await data.CatchUpViewsAsync(cancellationToken);
        var size = data.Views.Position;
        var lookup = new ItemLookup(SelectedLog.Written(data));
        foreach (var index in items) Item(lookup, index);

        // Before anything is sealed: refuses where there is no quorum and there must be one. Of one tree one note goes into the bag.
        var notes = new Dictionary<long, WitnessedTree>();
        var links = new List<ItemLinks>();
        foreach (var index in items) links.Add(Links(index, size, await WitnessedAsync(index, notes, cancellationToken)));

        if (data.Views.Position < size) throw Failure.Of("export.views-behind");
        var at = time.GetUtcNow();
        if (!arguments.Flag("rehearsal"))
        {
            var sealedRecords = await OwnEntry.SealAllAsync([.. links.Select(link => Record(Item(lookup, link.Index), link, size, arguments, actor))], data.Ledger, cancellationToken);
            links = [.. links.Zip(sealedRecords, (link, outcome) => link with { Record = outcome.Index })];
            await data.Ledger.CatchUpAsync(cancellationToken);
        }

        var signed = await data.Ledger.CheckpointAsync(cancellationToken);
        using var genesis = EntryView.Parse(data.Ledger.Read(0, 1)[0]);
        return new JsonObject
        {
            ["origin"] = data.Ledger.Origin,
            ["key"] = data.Ledger.Key.ToString(),
            ["size"] = signed.Checkpoint.Size,
            ["checkpoint"] = Encoding.UTF8.GetString(signed.Note),
            ["timeZone"] = genesis.Body.Text("timeZone"u8) ?? "UTC",
            ["account"] = actor.Account,
            ["at"] = CommandArguments.Text(at),
            ["links"] = new JsonArray([.. links.Select(link => (JsonNode)link.ToJson())]),
        };
    }

    /// <summary>An entry byte for byte, with its inclusion paths in trees of the given sizes.</summary>
    public Task<JsonNode> EntryAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        var index = Index(arguments);
        var record = data.Ledger.Read(index, 1)[0];

        // Its private part may still be there until the next compaction; it is erased from when the tombstone is sealed.
        var erased = data.Views.FindState(index)?.Tombstone is not null;
        var sizes = arguments.Numbers("sizes").Take(AnchorsLookedAt);
        return Task.FromResult<JsonNode>(new JsonObject
        {
            ["leaf"] = Convert.ToBase64String(record.Leaf.Span),
            ["salt"] = erased || record.Salt.IsEmpty ? null : Convert.ToBase64String(record.Salt.Span),
            ["private"] = erased || record.PrivatePart.IsEmpty ? null : Convert.ToBase64String(record.PrivatePart.Span),
            ["paths"] = new JsonArray([.. sizes.Select(size => (JsonNode)Path(index, size))]),
        });
    }

    /// <summary>
    /// Seals of each item that its bag is whole, where <c>records</c> are those that <see cref="OpenAsync"/> sealed and no export of the item
    /// came after them; the bag must not get its name before this returned.
    /// </summary>
    public async Task<JsonNode> SealAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        var manifest = Hash.TryParse(arguments.Text("manifest"), out var digest) ? digest : throw CommandArguments.WrongWord("manifest", arguments.Text("manifest") ?? "", "SHA-256");
        var items = Items(arguments);
        using var alone = await data.Erasures.EnterAsync(cancellationToken);
        await data.CatchUpViewsAsync(cancellationToken);
        new BegunExport(data, SelectedLog.Written(data), arguments.Numbers("records")).Check(items);
        var lookup = new ItemLookup(SelectedLog.Written(data));
        var entries = items.Select(index => CustodyEntries.Exported(Item(lookup, index), manifest, actor.Account).MadeBy(actor)).ToList();
        var outcomes = await OwnEntry.SealAllAsync(entries, data.Ledger, cancellationToken);
        return new JsonObject { ["entries"] = new JsonArray([.. outcomes.Select(outcome => (JsonNode)outcome.Index)]) };
    }

    /// <summary>Which entries below <paramref name="size"/> speak of an item.</summary>
    ItemLinks Links(long index, long size, WitnessedTree witnessed)
    {
        using var entry = EntryView.Parse(data.Ledger.Read(index, 1)[0]);
        var device = entry.Body.Digest("deviceLeaf"u8) is { } leaf ? data.Views.FindDeviceState(leaf) : null;
        return new ItemLinks(
            index, null, [.. data.Views.HistoryOf(index).Where(at => at < size)], device < size ? device : null, data.Views.LastAnchorBefore(AnchorType.Timestamp, index)?.Index,
            [.. After(index, size)], data.Views.FindState(index)?.Medium, witnessed);
    }

    async Task<WitnessedTree> WitnessedAsync(long index, Dictionary<long, WitnessedTree> notes, CancellationToken cancellationToken)
    {
        var found = await CosignedCheckpoint.CoveringAsync(data, index, cancellationToken);
        if (notes.TryGetValue(found.Checkpoint.Size, out var known)) return known;
        return notes[found.Checkpoint.Size] = WitnessedTree.Of(found, data.Witnesses.Policy);
    }

    OwnEntry Record(SealedItem item, ItemLinks links, long size, JsonObject arguments, Actor actor)
    {
        var (by, reason, caseNumber) = (arguments.By(actor, ItemTag.MaximumCharacters), arguments.RequiredText("reason", MaximumReason), arguments.RequiredText("case", ItemTag.MaximumCharacters));
        var (format, software) = (arguments.RequiredNumber("format"), arguments.RequiredText("software", MaximumSoftware));
        var history = ExportRecord.DigestOf(links.History.Select(at => (at, Merkle.LeafHash(data.Ledger.Read(at, 1)[0].Leaf.Span))));
        return CustodyEntries.Export(item, history, size, json => ExportRecord.WriteBag(json, links, format, software), by, caseNumber, reason).MadeBy(actor);
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

    static SealedItem Item(ItemLookup lookup, long index) => lookup.Find(index, out _, out var error) ?? throw new GatewayException(error!);

    static List<long> Items(JsonObject arguments)
    {
        var items = arguments.Numbers("items").Distinct().Order().ToList();
        return items.Count is > 0 and <= MaximumItems
            ? items
            : throw Failure.Usage("row.count", items.Count, MaximumItems);
    }

    long Index(JsonObject arguments) =>
        arguments.RequiredNumber("index") is var index && index >= 0 && index < data.Ledger.Size ? index : throw new GatewayException(SelectedLog.Written(data).NoEntry(index));
}
