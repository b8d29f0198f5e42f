using System.CommandLine;
using System.Text.Json.Nodes;
using EdgeGateway.Custody;
using EdgeGateway.Texts;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw evidence due · erase · move</c>.</summary>
static class EvidenceRetentionCommand
{
    public static Command Due(IReadOnlyList<string> settings)
    {
        var asOf = AsOf();
        var log = Values.Log();
        var command = new Command("due") { asOf, log };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            await using var link = await GatewayLink.OpenAsync(options);
            var rows = new JsonArray();
            foreach (var origin in await EvidenceCommand.LogsAsync(link, parsed.GetValue(log), null, cancellationToken))
            {
                for (long? after = -1; after is not null;)
                {
                    var page = await link.CallAsync("evidence-due", new JsonObject { ["asOf"] = parsed.GetValue(asOf), ["log"] = origin, ["after"] = after }, cancellationToken);
                    foreach (var row in page["items"]!.AsArray()) rows.Add(row!.DeepClone());
                    after = page["next"]?.GetValue<long>();
                }
            }

            if (options.Json) Output.Json(Console.Out, rows);
            else Output.Table(Console.Out, options.Site, rows, [.. await EvidenceCommand.WithLogAsync(link, "origin", cancellationToken), "index", "device", "message", "class", "period", "due", "size"]);
            return 0;
        });
        return command;
    }

    public static Command Erase(IReadOnlyList<string> settings)
    {
        var indices = Values.Indices(ArgumentArity.ZeroOrMore);
        var due = new Option<bool>("--due");
        var reason = Values.Reason();
        var by = Values.By();
        var asOf = AsOf();
        var dryRun = new Option<bool>("--dry-run");
        var log = Values.Log();
        var command = new Command("erase") { indices, due, reason, by, asOf, dryRun, log };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            var given = IndexRange.Parse(parsed.GetValue(indices) ?? []);
            if (parsed.GetValue(due) == given.Count > 0) throw Failure.Usage("erase.what");
            await using var link = await GatewayLink.OpenAsync(options);
            var (erased, pending) = (0L, 0L);
            var onMedia = new JsonArray();
            IReadOnlyList<string?> logs = parsed.GetValue(due) ? await EvidenceCommand.LogsAsync(link, parsed.GetValue(log), null, cancellationToken) : [parsed.GetValue(log)];
            foreach (var origin in logs)
            {
                for (long? after = -1; after is not null;)
                {
                    var answer = await link.CallAsync("evidence-erase", new JsonObject
                    {
                        ["indices"] = new JsonArray([.. given.Select(index => (JsonNode)index)]),
                        ["log"] = origin,
                        ["due"] = parsed.GetValue(due),
                        ["reason"] = parsed.GetValue(reason),
                        ["by"] = parsed.GetValue(by),
                        ["asOf"] = parsed.GetValue(asOf),
                        ["dryRun"] = parsed.GetValue(dryRun),
                        ["after"] = after,
                    }, cancellationToken);
                    erased += answer["erased"]!.GetValue<long>();
                    pending = answer["pending"]!.GetValue<long>();
                    foreach (var item in answer["onMedia"]!.AsArray()) onMedia.Add(item!.DeepClone());
                    after = answer["next"]?.GetValue<long>();
                }
            }

            var all = new JsonObject { ["erased"] = erased, ["pending"] = pending, ["dryRun"] = parsed.GetValue(dryRun), ["onMedia"] = onMedia };
            Output.Answer(options, all, Sentence(all));
            return 0;
        });
        return command;
    }

    public static Command Move(IReadOnlyList<string> settings)
    {
        var indices = Values.Indices(ArgumentArity.OneOrMore);
        var medium = Values.Text("--medium");
        (medium.Required, medium.HelpName) = (true, "NUMBER");
        var to = Values.Directories("--to", least: 2);
        var reason = Values.Reason(required: false);
        var by = Values.By();
        var log = Values.Log();
        var command = new Command("move") { indices, medium, to, reason, by, log };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            var given = IndexRange.Parse(parsed.GetValue(indices)!);
            await using var link = await GatewayLink.OpenAsync(options);
            var answer = await link.CallAsync("evidence-move", new JsonObject
            {
                ["indices"] = new JsonArray([.. given.Select(index => (JsonNode)index)]),
                ["log"] = parsed.GetValue(log),
                ["medium"] = parsed.GetValue(medium),
                ["to"] = new JsonArray([.. parsed.GetValue(to)!.Select(target => (JsonNode)Path.GetFullPath(target))]),
                ["reason"] = parsed.GetValue(reason),
                ["by"] = parsed.GetValue(by),
            }, cancellationToken);
            var kept = answer["kept"]!.GetValue<long>();
            Output.Answer(
                options, answer,
                Said.Of("move.done", answer["objects"], answer["bytes"], answer["items"]!.AsArray().Count + answer["others"]!.AsArray().Count, parsed.GetValue(medium))
                + (kept > 0 ? $" {Said.Of("move.kept", kept)}" : ""));
            return 0;
        });
        return command;
    }

    static Option<string> AsOf() => Values.Time("--as-of");

    static string Sentence(JsonObject answer)
    {
        if (answer["dryRun"]!.GetValue<bool>()) return Said.Of("erase.rehearsed", answer["erased"]);
        var text = Said.Of("erase.done", answer["erased"]);
        if (answer["pending"]!.GetValue<long>() is var pending and > 0) text += $" {Said.Of("erase.pending", pending)}";
        foreach (var item in answer["onMedia"]!.AsArray()) text += $"\n{Said.Of("erase.on-medium", item!["index"], item["origin"], item["medium"])}";
        return text;
    }
}
