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

    // Each waits for a group commit only; what comes between two of them rarely speaks of the same item.
    const int MaximumAttempts = 8;

    /// <summary>
    /// Seals an export record of each item, signs the tree that has them, and answers with the checkpoints that everything in
    /// the bag is proven against, and which entries speak of each item. A rehearsal seals nothing.
    /// Where more was said of an item, or much was sealed, before the tree was signed, it begins again with new records: the bag must
    /// show that they are the last word in that tree.
    /// </summary>
    public async Task<JsonNode> OpenAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= MaximumAttempts; attempt++)
        {
            if (await TryOpenAsync(arguments, actor, cancellationToken) is { } answer) return answer;
        }

        throw Failure.Of("export.busy", MaximumAttempts, AfterEntries.Maximum);
    }

    async Task<JsonNode?> TryOpenAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        var items = Items(arguments);
        await data.CatchUpViewsAsync(cancellationToken);
        var size = data.Views.Position;
        var logs = SelectedLog.From(data, arguments.Text("log"), cancellationToken);
        var lookup = new ItemLookup(logs[0]);
        foreach (var index in items) Item(lookup, index);
        var heads = new ExportHeads(data);
        heads.CheckChain(logs);

        // Before anything is sealed: refuses where there is no quorum and there must be one. Of one tree one note goes into the bag.
        var notes = new Dictionary<(int Log, long Size), WitnessedTree>();
        var chain = new ExportChain(logs, size);
        var links = new List<ItemLinks>();
        foreach (var index in items) links.Add(chain.Links(index, await WitnessedAsync(logs, index, notes, cancellationToken)));

        if (data.Views.Position < size) throw Failure.Of("export.views-behind");
        var at = time.GetUtcNow();
        if (!arguments.Flag("rehearsal"))
        {
            var sealedRecords = await OwnEntry.SealAllAsync([.. links.Select(link => Record(Item(lookup, link.Index), chain, link, arguments, actor))], data.Ledger, cancellationToken);
            links = [.. links.Zip(sealedRecords, (link, outcome) => link with { Record = outcome.Index })];
            await data.Ledger.CatchUpAsync(cancellationToken);
        }

        var signed = await data.Ledger.CheckpointAsync(cancellationToken);
        var records = links.Select(link => link.Record).OfType<long>().ToHashSet();
        if (records.Count > 0 && !AfterEntries.IsClear(data.Ledger, size, signed.Checkpoint.Size, records, items.Select(index => Item(lookup, index).LeafHash).ToHashSet())) return null;
        return new JsonObject
        {
            ["logs"] = heads.ToJson(logs, signed),
            ["account"] = actor.Account,
            ["at"] = CommandArguments.Text(at),
            ["links"] = new JsonArray([.. links.Select(link => (JsonNode)link.ToJson())]),
        };
    }

    /// <summary>An entry byte for byte, with its inclusion paths in trees of the given sizes.</summary>
    public Task<JsonNode> EntryAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        var log = SelectedLog.Find(data, arguments.Text("log"), cancellationToken);
        var index = arguments.RequiredNumber("index") is var number && number >= 0 && number < log.Ledger.Size ? number : throw new GatewayException(log.NoEntry(number));
        var record = log.Ledger.Read(index, 1)[0];

        // Its private part may still be there until the next compaction; it is erased from when the tombstone is sealed.
        var erased = log.FindState(index)?.Tombstone is not null;
        var sizes = arguments.Numbers("sizes").Take(ExportChain.AnchorsLookedAt);
        return Task.FromResult<JsonNode>(new JsonObject
        {
            ["leaf"] = Convert.ToBase64String(record.Leaf.Span),
            ["salt"] = erased || record.Salt.IsEmpty ? null : Convert.ToBase64String(record.Salt.Span),
            ["private"] = erased || record.PrivatePart.IsEmpty ? null : Convert.ToBase64String(record.PrivatePart.Span),
            ["paths"] = new JsonArray([.. sizes.Select(size => (JsonNode)Path(log, index, size))]),
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
        var log = await SelectedLog.FindAsync(data, arguments.Text("log"), views: true, cancellationToken);
        new BegunExport(data, log, arguments.Numbers("records")).Check(items);
        var lookup = new ItemLookup(log);
        var entries = items.Select(index => CustodyEntries.Exported(Item(lookup, index), manifest, actor.Account).MadeBy(actor)).ToList();
        var outcomes = await OwnEntry.SealAllAsync(entries, data.Ledger, cancellationToken);
        return new JsonObject { ["entries"] = new JsonArray([.. outcomes.Select(outcome => (JsonNode)outcome.Index)]) };
    }

    async Task<WitnessedTree> WitnessedAsync(IReadOnlyList<SelectedLog> logs, long index, Dictionary<(int Log, long Size), WitnessedTree> notes, CancellationToken cancellationToken)
    {
        var (found, log) = await CosignedCheckpoint.CoveringAsync(data, logs, index, cancellationToken);
        if (notes.TryGetValue((log, found.Checkpoint.Size), out var known)) return known;
        return notes[(log, found.Checkpoint.Size)] = WitnessedTree.Of(found, data.Witnesses.Policy) with { Log = log };
    }

    static OwnEntry Record(SealedItem item, ExportChain chain, ItemLinks links, JsonObject arguments, Actor actor)
    {
        var (by, reason, caseNumber) = (arguments.By(actor, ItemTag.MaximumCharacters), arguments.RequiredText("reason", MaximumReason), arguments.RequiredText("case", ItemTag.MaximumCharacters));
        var (format, software) = (arguments.RequiredNumber("format"), arguments.RequiredText("software", MaximumSoftware));
        return CustodyEntries.Export(item, chain.HistoryOf(links), chain.Size, json => ExportRecord.WriteBag(json, links, format, software), by, caseNumber, reason).MadeBy(actor);
    }

    static JsonArray Path(SelectedLog log, long index, long size)
    {
        if (size <= index || size > log.Ledger.Size) throw Failure.Of("export.no-path", index, size);
        return new JsonArray([.. new ProofBuilder(size, log.Tiles).Inclusion(index).Select(hash => (JsonNode)hash.ToString())]);
    }

    static SealedItem Item(ItemLookup lookup, long index)
    {
        var item = lookup.Find(index, out _, out var error) ?? throw new GatewayException(error!);
        return item.IsBench ? throw Failure.Of("export.bench", index) : item;
    }

    static List<long> Items(JsonObject arguments)
    {
        var items = arguments.Numbers("items").Distinct().Order().ToList();
        return items.Count is > 0 and <= MaximumItems
            ? items
            : throw Failure.Usage("row.count", items.Count, MaximumItems);
    }
}
