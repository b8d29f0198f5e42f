using System.Text.Json.Nodes;
using EdgeGateway.Cli;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;

namespace EdgeGateway.Export;

/// <summary>The gateway's answers to an export, typed. Of each entry it gets the bytes that were sealed, never more than one at a time.</summary>
sealed class ExportSource(GatewayLink link, ObjectPlaces media, CancellationToken cancellationToken)
{
    /// <summary>Seals a record of each item, and asks what belongs to it; a rehearsal only asks.</summary>
    public async Task<ExportPlan> OpenAsync(ExportRequest request, bool rehearsal)
    {
        var arguments = new JsonObject
        {
            ["items"] = LogSource.ToJson(request.Items),
            ["log"] = request.Log,
            ["case"] = request.Case,
            ["reason"] = request.Reason,
            ["rehearsal"] = rehearsal,
            ["format"] = BagFormat.Current,
            ["software"] = BagFormat.Software,
        };
        if (request.By is not null) arguments["by"] = request.By;
        var answer = await link.CallAsync("evidence-export-open", arguments, cancellationToken);
        var items = answer["links"]!.AsArray().Select(item => ItemLinks.Read(item!)).ToList();
        List<ExportLog> logs = [.. answer["logs"]!.AsArray().Select(log =>
        {
            var head = Head(log!);
            return new ExportLog(log!["number"]!.GetValue<int>(), head, new LogSource(link, media, head.Origin, cancellationToken));
        })];
        return new ExportPlan(logs, await TermsAsync(request, answer, logs[^1], items[0]), items);
    }

    /// <summary>Seals that the bag is whole, and the digest that fixes it.</summary>
    public Task SealAsync(ExportRequest request, IReadOnlyList<ItemLinks> items, Hash manifest) => link.CallAsync(
        "evidence-export-seal",
        new JsonObject
        {
            ["items"] = LogSource.ToJson(items.Select(item => item.Index)),
            ["records"] = LogSource.ToJson(items.Select(item => item.Record).OfType<long>()),
            ["log"] = request.Log,
            ["manifest"] = manifest.ToString(),
        },
        cancellationToken);

    /// <summary>As they were sealed: whoever checks the bag has nothing else.</summary>
    static async Task<ExportTerms> TermsAsync(ExportRequest request, JsonNode answer, ExportLog written, ItemLinks first)
    {
        if (first.Record is not { } index)
        {
            var account = Text(answer, "account");
            return new ExportTerms(request.Case, request.Reason, request.By ?? account, account, Time(Text(answer, "at")), BagFormat.Software);
        }

        using var entry = EntryView.Parse((await written.Source.EntryAsync(index)).Record);
        return ExportTerms.Of(ExportRecord.Read(entry));
    }

    static ExportHead Head(JsonNode log) => new(
        VerifierKey.Parse(Text(log, "key")), Text(log, "origin"), log["size"]!.GetValue<long>(), Text(log, "checkpoint"), Text(log, "timeZone"))
    {
        Recovery = log["recoveryKey"] is { } key ? VerifierKey.Parse(key.GetValue<string>()) : null,
        IsSignedByRecovery = log["signedByRecovery"]!.GetValue<bool>(),
        OwnCheckpoint = log["ownCheckpoint"]?.GetValue<string>(),
    };

    static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();

    static DateTimeOffset Time(string text) =>
        LedgerTime.TryParse(text, out var time) ? time : throw new GatewayException($"The gateway answered '{text}', which is no time.");
}

/// <param name="Logs">A chain, the oldest first, with that of the items and those that go on from it.</param>
sealed record ExportPlan(IReadOnlyList<ExportLog> Logs, ExportTerms Terms, IReadOnlyList<ItemLinks> Items);

/// <param name="Paths">Inclusion paths, in the order in which the trees were asked for.</param>
sealed record ExportedEntry(LedgerRecord Record, IReadOnlyList<Hash[]> Paths)
{
    public Hash LeafHash => Merkle.LeafHash(Record.Leaf.Span);

    public bool IsErased => Record.PrivatePart.IsEmpty;
}
