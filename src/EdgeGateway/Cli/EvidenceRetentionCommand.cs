using System.CommandLine;
using System.Text.Json.Nodes;
using EdgeGateway.Custody;
using EdgeGateway.Gateway;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw evidence due · erase · move</c>.</summary>
static class EvidenceRetentionCommand
{
    public static Command Due(IReadOnlyList<string> settings)
    {
        var asOf = AsOf();
        var log = LedgerCommand.LogOption();
        log.Description = "Only of the log of this name; else of all, the closed ones first.";
        var command = new Command("due", "What may be erased by date, and is not on hold.") { asOf, log };
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
            else Output.Table(Console.Out, rows, [.. EvidenceCommand.WithLog(rows, "origin"), "index", "device", "message", "class", "period", "due", "size"]);
            return 0;
        });
        return command;
    }

    public static Command Erase(IReadOnlyList<string> settings)
    {
        var indices = new Argument<string[]>("INDEX") { Description = "Items, or ranges of them: 17 20-25.", Arity = ArgumentArity.ZeroOrMore };
        var due = new Option<bool>("--due") { Description = "All that is due and not on hold." };
        var reason = new Option<string>("--reason") { Description = "Why.", HelpName = "TEXT", Required = true };
        var by = new Option<string?>("--by") { Description = "On whose behalf.", HelpName = "NAME" };
        var asOf = AsOf();
        var dryRun = new Option<bool>("--dry-run") { Description = "Check everything, and do nothing." };
        var log = LedgerCommand.LogOption();
        log.Description = "The log that the items are in; else the one that is written, and with --due all of them.";
        var command = new Command("erase", "Destroy private parts and objects for good; leaves, commitments and tombstones stay.") { indices, due, reason, by, asOf, dryRun, log };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            var given = IndexRange.Parse(parsed.GetValue(indices) ?? []);
            if (parsed.GetValue(due) == given.Count > 0) throw new GatewayException("Give indices, or --due.", exitCode: 2);
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
        var indices = new Argument<string[]>("INDEX") { Description = "Items, or ranges of them: 17 20-25.", Arity = ArgumentArity.OneOrMore };
        var medium = new Option<string>("--medium") { Description = "The medium's number (载体编号).", HelpName = "NUMBER", Required = true };
        var to = new Option<string[]>("--to") { Description = "A directory on it; twice at least.", HelpName = "DIR", Required = true };
        var reason = new Option<string?>("--reason") { Description = "Why.", HelpName = "TEXT" };
        var by = new Option<string?>("--by") { Description = "On whose behalf.", HelpName = "NAME" };
        var log = LedgerCommand.LogOption();
        var command = new Command("move", "Move objects to a numbered medium: two copies, read again, then the one here goes.") { indices, medium, to, reason, by, log };
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
                $"{answer["objects"]} objects ({answer["bytes"]} bytes) of {answer["items"]!.AsArray().Count + answer["others"]!.AsArray().Count} items are on medium {parsed.GetValue(medium)}."
                + (kept > 0 ? $" {kept} of them came in again just now, and stay here too: move them again in ten minutes." : ""));
            return 0;
        });
        return command;
    }

    static Option<string?> AsOf() => new("--as-of") { Description = "The date, if the gateway's clock is not to be believed.", HelpName = "DATE" };

    static string Sentence(JsonObject answer)
    {
        if (answer["dryRun"]!.GetValue<bool>()) return $"{answer["erased"]} items would be erased.";
        var text = $"{answer["erased"]} items are erased.";
        if (answer["pending"]!.GetValue<long>() is var pending and > 0) text += $" Of {pending} something is left in a bundle or the write-ahead log, where nothing shows it; it goes once newer entries have filled them.";
        foreach (var item in answer["onMedia"]!.AsArray()) text += $"\nThe object of entry {item!["index"]} of {item["origin"]} is on medium {item["medium"]}: destroy it there.";
        return text;
    }
}
