using System.Text.Json.Nodes;
using EdgeGateway.Cli;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;

namespace EdgeGateway.Export;

/// <summary>The gateway's answers to an export, typed. Of each entry it gets the bytes that were sealed, never more than one at a time.</summary>
sealed class ExportSource(GatewayLink link, CancellationToken cancellationToken)
{
    public async Task<ExportHead> OpenAsync(IReadOnlyList<long> items)
    {
        var answer = await link.CallAsync("evidence-export-open", new JsonObject { ["items"] = ToJson(items) }, cancellationToken);
        return new ExportHead(
            VerifierKey.Parse(Text(answer, "key")), Text(answer, "origin"), answer["size"]!.GetValue<long>(), Text(answer, "checkpoint"),
            Text(answer, "timeZone"), Text(answer, "account"), Time(Text(answer, "at")));
    }

    public async Task<ItemLinks> LinksAsync(long index, long size)
    {
        var answer = await link.CallAsync("evidence-export-item", new JsonObject { ["index"] = index, ["size"] = size }, cancellationToken);
        return new ItemLinks(
            Numbers(answer["history"]), answer["device"]?.GetValue<long>(), answer["before"]?.GetValue<long>(), Numbers(answer["after"]),
            answer["medium"]?.GetValue<string>(), WitnessedTree.Read(answer["witnessed"]!));
    }

    /// <param name="sizes">The trees that its paths are wanted in.</param>
    public async Task<ExportedEntry> EntryAsync(long index, params IEnumerable<long> sizes)
    {
        var answer = await link.CallAsync("evidence-export-entry", new JsonObject { ["index"] = index, ["sizes"] = ToJson(sizes) }, cancellationToken);
        var record = new LedgerRecord(index, Bytes(answer["leaf"]), Bytes(answer["salt"]), Bytes(answer["private"]));
        return new ExportedEntry(record, [.. answer["paths"]!.AsArray().Select(path => path!.AsArray().Select(hash => Hash.Parse(hash!.GetValue<string>())).ToArray())]);
    }

    public async Task<IReadOnlyList<long>> SealAsync(ExportRequest request, Hash manifest)
    {
        var arguments = new JsonObject
        {
            ["items"] = ToJson(request.Items),
            ["case"] = request.Case,
            ["reason"] = request.Reason,
            ["manifest"] = manifest.ToString(),
        };
        if (request.By is not null) arguments["by"] = request.By;
        return Numbers((await link.CallAsync("evidence-export-seal", arguments, cancellationToken))["entries"]);
    }

    static JsonArray ToJson(IEnumerable<long> numbers) => new([.. numbers.Select(number => (JsonNode)number)]);

    static IReadOnlyList<long> Numbers(JsonNode? node) => [.. node!.AsArray().Select(number => number!.GetValue<long>())];

    static byte[] Bytes(JsonNode? node) => node is null ? [] : Convert.FromBase64String(node.GetValue<string>());

    static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();

    static DateTimeOffset Time(string text) =>
        LedgerTime.TryParse(text, out var time) ? time : throw new GatewayException($"The gateway answered '{text}', which is no time.");
}

/// <param name="Checkpoint">The signed note, verbatim.</param>
/// <param name="TimeZone">Of the ledger, as entry 0 names it.</param>
sealed record ExportHead(VerifierKey Key, string Origin, long Size, string Checkpoint, string TimeZone, string Account, DateTimeOffset At)
{
    /// <summary>UTC where this machine does not know the zone.</summary>
    public TimeZoneInfo Zone => TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out var zone) ? zone : TimeZoneInfo.Utc;
}

/// <param name="Before">The newest time-stamp that stands before the item in the ledger.</param>
/// <param name="After">Time-stamps and cosignatures that cover it.</param>
/// <param name="Medium">载体编号 of the medium that the object was moved to; null while it is here.</param>
sealed record ItemLinks(
    IReadOnlyList<long> History, long? Device, long? Before, IReadOnlyList<long> After, string? Medium, WitnessedTree Witnessed);

/// <param name="Paths">Inclusion paths, in the order in which the trees were asked for.</param>
sealed record ExportedEntry(LedgerRecord Record, IReadOnlyList<Hash[]> Paths)
{
    public Hash LeafHash => Merkle.LeafHash(Record.Leaf.Span);

    public bool IsErased => Record.PrivatePart.IsEmpty;
}
