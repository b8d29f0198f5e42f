using System.Text.Json.Nodes;
using EdgeGateway.Cli;
using EdgeGateway.Ledger;

namespace EdgeGateway.Export;

/// <summary>One log's entries, as the gateway gives them.</summary>
sealed class LogSource(GatewayLink link, ObjectPlaces media, string origin, CancellationToken cancellationToken) : IExportSource
{
    public async Task<ExportedEntry> EntryAsync(long index, params IEnumerable<long> sizes)
    {
        var answer = await link.CallAsync("evidence-export-entry", new JsonObject { ["log"] = origin, ["index"] = index, ["sizes"] = ToJson(sizes) }, cancellationToken);
        var record = new LedgerRecord(index, Bytes(answer["leaf"]), Bytes(answer["salt"]), Bytes(answer["private"]));
        return new ExportedEntry(record, [.. answer["paths"]!.AsArray().Select(path => path!.AsArray().Select(hash => Hash.Parse(hash!.GetValue<string>())).ToArray())]);
    }

    public async Task<byte[]> StampedLeafAsync(long index, string file) => (await EntryAsync(index)).Record.Leaf.ToArray();

    public Stream OpenObject(Hash digest, string of, string? medium) => media.Open(digest, of, medium);

    public static JsonArray ToJson(IEnumerable<long> numbers) => new([.. numbers.Select(number => (JsonNode)number)]);

    static byte[] Bytes(JsonNode? node) => node is null ? [] : Convert.FromBase64String(node.GetValue<string>());
}
