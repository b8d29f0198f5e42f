using System.CommandLine;
using System.Text.Json.Nodes;
using EdgeGateway.Gateway;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw evidence tag · hold · release · holds · history</c>.</summary>
static class EvidenceFilingCommand
{
    public static Command Tag(IReadOnlyList<string> settings)
    {
        var indices = new Argument<string[]>("INDEX") { Description = "Items, or ranges of them: 17 20-25.", Arity = ArgumentArity.ZeroOrMore };
        var fields = new[]
        {
            new Option<string?>("--case") { Description = "案号.", HelpName = "TEXT" },
            new Option<string?>("--archive") { Description = "档号.", HelpName = "TEXT" },
            new Option<string?>("--volume") { Description = "卷号.", HelpName = "TEXT" },
            new Option<string?>("--page") { Description = "页次.", HelpName = "TEXT" },
            new Option<string?>("--officer") { Description = "The officer in charge.", HelpName = "TEXT" },
        };
        var list = new Option<string?>("--list") { Description = "CSV or JSON: index, and origin, case, archive, volume, page, officer.", HelpName = "FILE" };
        var by = new Option<string?>("--by") { Description = "On whose behalf.", HelpName = "NAME" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Check everything, and do nothing." };
        var log = LedgerCommand.LogOption();
        var command = new Command("tag", "File items under a case. What is not given stays; '' takes it away.") { indices, list, by, dryRun, log };
        foreach (var field in fields) command.Options.Add(field);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            var file = parsed.GetValue(list);
            var given = parsed.GetValue(indices) ?? [];
            if (file is null == (given.Length == 0)) throw new GatewayException("Give indices and what to tag them with, or --list FILE.", exitCode: 2);
            var values = fields.Select(field => (field.Name.TrimStart('-'), parsed.GetValue(field))).ToArray();
            if (file is null && values.All(value => value.Item2 is null)) throw new GatewayException("Nothing to tag them with: give --case, --archive, --volume, --page or --officer.", exitCode: 2);
            var rows = file is null ? ItemList.Of(given, values) : ItemList.Read(file, "origin", "case", "archive", "volume", "page", "officer");
            await using var link = await GatewayLink.OpenAsync(options);
            var answer = await link.CallAsync(
                "evidence-tag", new JsonObject { ["rows"] = rows, ["by"] = parsed.GetValue(by), ["log"] = parsed.GetValue(log), ["dryRun"] = parsed.GetValue(dryRun) }, cancellationToken);
            Output.Answer(options, answer, $"{answer["tagged"]} items {(parsed.GetValue(dryRun) ? "would be" : "are")} tagged; {answer["unchanged"]} had that tag already.");
            return 0;
        });
        return command;
    }

    public static Command Hold(IReadOnlyList<string> settings, bool release)
    {
        var name = new Option<string>("--case") { Description = "案号.", HelpName = "TEXT", Required = true };
        var reason = new Option<string>("--reason") { Description = "Why.", HelpName = "TEXT", Required = true };
        var by = new Option<string?>("--by") { Description = "On whose behalf.", HelpName = "NAME" };
        var command = new Command(
            release ? "release" : "hold", release ? "Take a case off hold." : "Put a case on hold: nothing of it is erased (暂停销毁).") { name, reason, by };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            await using var link = await GatewayLink.OpenAsync(options);
            var answer = await link.CallAsync(
                "evidence-hold",
                new JsonObject { ["case"] = parsed.GetValue(name), ["reason"] = parsed.GetValue(reason), ["by"] = parsed.GetValue(by), ["release"] = release },
                cancellationToken);
            Output.Answer(options, answer, $"Case {parsed.GetValue(name)} is {(release ? "released" : "on hold")}.");
            return 0;
        });
        return command;
    }

    public static Command Holds(IReadOnlyList<string> settings)
    {
        var command = new Command("holds", "The cases that are on hold.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            await using var link = await GatewayLink.OpenAsync(options);
            var rows = (await link.CallAsync("evidence-holds", [], cancellationToken)).AsArray();
            if (options.Json) Output.Json(Console.Out, rows);
            else Output.Table(Console.Out, rows, "case", "since", "by", "reason", "entry", "log");
            return 0;
        });
        return command;
    }

    public static Command History(IReadOnlyList<string> settings)
    {
        var index = new Argument<long?>("INDEX") { Description = "An item.", Arity = ArgumentArity.ZeroOrOne };
        var account = new Option<string?>("--account") { Description = "What this account did, instead.", HelpName = "NAME" };
        var log = LedgerCommand.LogOption();
        log.Description = "The log that the item is in, or with --account the log to look in, else all; without it the one that is written.";
        var command = new Command("history", "Who reviewed, viewed, exported, tagged, moved or erased an item.") { index, account, log };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            if (parsed.GetValue(index) is null == parsed.GetValue(account) is null) throw new GatewayException("Give the index of an item, or --account.", exitCode: 2);
            await using var link = await GatewayLink.OpenAsync(options);
            var rows = new JsonArray();
            IReadOnlyList<string?> logs = parsed.GetValue(account) is null ? [parsed.GetValue(log)] : await EvidenceCommand.LogsAsync(link, parsed.GetValue(log), null, cancellationToken);
            foreach (var origin in logs)
            {
                var query = new JsonObject { ["index"] = parsed.GetValue(index), ["account"] = parsed.GetValue(account), ["log"] = origin };
                await AddHistoryAsync(link, query, rows, cancellationToken);
            }

            if (options.Json) Output.Json(Console.Out, rows);
            else Output.Table(Console.Out, rows, [.. EvidenceCommand.WithLog(rows, "log"), "entry", "at", "action", "item", "actor", "by", "result", "case", "medium", "reason"]);
            return 0;
        });
        return command;
    }

    /// <summary>What an account did comes page by page.</summary>
    static async Task AddHistoryAsync(GatewayLink link, JsonObject query, JsonArray rows, CancellationToken cancellationToken)
    {
        query["after"] = -1;
        while (true)
        {
            var page = (await link.CallAsync("evidence-history", query, cancellationToken)).AsArray();
            if (page.Count == 0) return;
            query["after"] = page[^1]!["entry"]!.GetValue<long>();
            foreach (var row in page) rows.Add(row!.DeepClone());
            if (query["account"] is null) return;
        }
    }
}
