using System.Text.Json.Nodes;
using EdgeGateway.Cli;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;

namespace EdgeGateway.Export;

/// <summary>The gateway's answers to an export, typed. Of each entry it gets the bytes that were sealed, never more than one at a time.</summary>
sealed class ExportSource(GatewayLink link, ObjectPlaces media, CancellationToken cancellationToken) : IExportSource
{
    /// <summary>Seals a record of each item, and asks what belongs to it; a rehearsal only asks.</summary>
    public async Task<ExportPlan> OpenAsync(ExportRequest request, bool rehearsal)
    {
        var arguments = new JsonObject
        {
            ["items"] = ToJson(request.Items),
            ["case"] = request.Case,
            ["reason"] = request.Reason,
            ["rehearsal"] = rehearsal,
            ["format"] = BagFormat.Current,
            ["software"] = BagFormat.Software,
        };
        if (request.By is not null) arguments["by"] = request.By;
        var answer = await link.CallAsync("evidence-export-open", arguments, cancellationToken);
        var items = answer["links"]!.AsArray().Select(item => ItemLinks.Read(item!)).ToList();
        var head = new ExportHead(
            VerifierKey.Parse(Text(answer, "key")), Text(answer, "origin"), answer["size"]!.GetValue<long>(), Text(answer, "checkpoint"), Text(answer, "timeZone"));
        return new ExportPlan(head, await TermsAsync(request, answer, items[0]), items);
    }

    public async Task<ExportedEntry> EntryAsync(long index, params IEnumerable<long> sizes)
    {
        var answer = await link.CallAsync("evidence-export-entry", new JsonObject { ["index"] = index, ["sizes"] = ToJson(sizes) }, cancellationToken);
        var record = new LedgerRecord(index, Bytes(answer["leaf"]), Bytes(answer["salt"]), Bytes(answer["private"]));
        return new ExportedEntry(record, [.. answer["paths"]!.AsArray().Select(path => path!.AsArray().Select(hash => Hash.Parse(hash!.GetValue<string>())).ToArray())]);
    }

    public async Task<byte[]> StampedLeafAsync(long index, string file) => (await EntryAsync(index)).Record.Leaf.ToArray();

    public Stream OpenObject(Hash digest, string of, string? medium) => media.Open(digest, of, medium);

    /// <summary>Seals that the bag is whole, and the digest that fixes it.</summary>
    public Task SealAsync(IReadOnlyList<ItemLinks> items, Hash manifest) => link.CallAsync(
        "evidence-export-seal",
        new JsonObject
        {
            ["items"] = ToJson(items.Select(item => item.Index)),
            ["records"] = ToJson(items.Select(item => item.Record).OfType<long>()),
            ["manifest"] = manifest.ToString(),
        },
        cancellationToken);

    /// <summary>As they were sealed: whoever checks the bag has nothing else.</summary>
    async Task<ExportTerms> TermsAsync(ExportRequest request, JsonNode answer, ItemLinks first)
    {
        if (first.Record is not { } index)
        {
            var account = Text(answer, "account");
            return new ExportTerms(request.Case, request.Reason, request.By ?? account, account, Time(Text(answer, "at")), BagFormat.Software);
        }

        using var entry = EntryView.Parse((await EntryAsync(index)).Record);
        return ExportTerms.Of(ExportRecord.Read(entry));
    }

    static JsonArray ToJson(IEnumerable<long> numbers) => new([.. numbers.Select(number => (JsonNode)number)]);

    static byte[] Bytes(JsonNode? node) => node is null ? [] : Convert.FromBase64String(node.GetValue<string>());

    static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();

    static DateTimeOffset Time(string text) =>
        LedgerTime.TryParse(text, out var time) ? time : throw new GatewayException($"The gateway answered '{text}', which is no time.");
}

sealed record ExportPlan(ExportHead Head, ExportTerms Terms, IReadOnlyList<ItemLinks> Items);

/// <param name="Checkpoint">The signed note, verbatim.</param>
/// <param name="TimeZone">Of the ledger, as entry 0 names it.</param>
sealed record ExportHead(VerifierKey Key, string Origin, long Size, string Checkpoint, string TimeZone)
{
    /// <summary>UTC where this machine does not know the zone.</summary>
    public TimeZoneInfo Zone => TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out var zone) ? zone : TimeZoneInfo.Utc;
}

/// <param name="Paths">Inclusion paths, in the order in which the trees were asked for.</param>
sealed record ExportedEntry(LedgerRecord Record, IReadOnlyList<Hash[]> Paths)
{
    public Hash LeafHash => Merkle.LeafHash(Record.Leaf.Span);

    public bool IsErased => Record.PrivatePart.IsEmpty;
}
