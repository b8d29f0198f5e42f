using System.CommandLine;
using System.Text.Json.Nodes;
using EdgeGateway.Devices;
using EdgeGateway.Texts;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw evidence tag · hold · release · holds · history</c>.</summary>
static class EvidenceFilingCommand
{
    /// <summary>案号, 档号, 卷号, 页次 and 承办人.</summary>
    static readonly string[] Columns = ["case", "archive", "volume", "page", "officer"];

    public static Command Tag(IReadOnlyList<string> settings)
    {
        var indices = Values.Indices(ArgumentArity.ZeroOrMore);
        var fields = Columns.Select(name => Values.Text($"--{name}", mayBeEmpty: true)).ToList();
        var list = Values.File("--list");
        var by = Values.By();
        var dryRun = new Option<bool>("--dry-run");
        var log = Values.Log();
        var command = new Command("tag") { indices, list, by, dryRun, log };
        foreach (var field in fields) command.Options.Add(field);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            var file = parsed.GetValue(list);
            var given = parsed.GetValue(indices) ?? [];
            if (file is null == (given.Length == 0)) throw Failure.Usage("tag.what");
            var values = fields.Select(field => (field.Name.TrimStart('-'), parsed.GetValue(field))).ToArray();
            if (file is null && values.All(value => value.Item2 is null)) throw Failure.Usage("tag.nothing");
            var rows = file is null ? ItemList.Of(given, values) : ItemList.Read(file, ["origin", .. Columns]);
            await using var link = await GatewayLink.OpenAsync(options);
            var answer = await link.CallAsync(
                "evidence-tag", new JsonObject { ["rows"] = rows, ["by"] = parsed.GetValue(by), ["log"] = parsed.GetValue(log), ["dryRun"] = parsed.GetValue(dryRun) }, cancellationToken);
            Output.Answer(options, answer, Said.Of(parsed.GetValue(dryRun) ? "tag.rehearsed" : "tag.done", answer["tagged"], answer["unchanged"]));
            return 0;
        });
        return command;
    }

    public static Command Hold(IReadOnlyList<string> settings, bool release)
    {
        var name = Values.Text("--case");
        (name.Required, name.HelpName) = (true, "TEXT");
        var reason = Values.Reason();
        var by = Values.By();
        var command = new Command(release ? "release" : "hold") { name, reason, by };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            await using var link = await GatewayLink.OpenAsync(options);
            var answer = await link.CallAsync(
                "evidence-hold",
                new JsonObject { ["case"] = parsed.GetValue(name), ["reason"] = parsed.GetValue(reason), ["by"] = parsed.GetValue(by), ["release"] = release },
                cancellationToken);
            Output.Answer(options, answer, Said.Of(release ? "hold.released" : "hold.done", parsed.GetValue(name)));
            return 0;
        });
        return command;
    }

    public static Command Holds(IReadOnlyList<string> settings)
    {
        var command = new Command("holds");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            await using var link = await GatewayLink.OpenAsync(options);
            var rows = (await link.CallAsync("evidence-holds", [], cancellationToken)).AsArray();
            if (options.Json) Output.Json(Console.Out, rows);
            else Output.Table(Console.Out, options.Site, rows, "case", "since", "by", "reason", "entry", "log");
            return 0;
        });
        return command;
    }

    public static Command History(IReadOnlyList<string> settings)
    {
        var index = Values.OptionalIndex();
        var account = Values.Checked("--account", text => DeviceId.TryParse(text, out _) ? null : Said.Of("usage.id", DeviceId.MaximumLength));
        account.HelpName = "NAME";
        var log = Values.Log();
        var command = new Command("history") { index, account, log };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            if (parsed.GetValue(index) is null == parsed.GetValue(account) is null) throw Failure.Usage("history.what");
            await using var link = await GatewayLink.OpenAsync(options);
            var rows = new JsonArray();
            IReadOnlyList<string?> logs = parsed.GetValue(account) is null ? [parsed.GetValue(log)] : await EvidenceCommand.LogsAsync(link, parsed.GetValue(log), null, cancellationToken);
            foreach (var origin in logs)
            {
                var query = new JsonObject { ["index"] = parsed.GetValue(index), ["account"] = parsed.GetValue(account), ["log"] = origin };
                await AddHistoryAsync(link, query, rows, cancellationToken);
            }

            if (options.Json) Output.Json(Console.Out, rows);
            else Output.Table(Console.Out, options.Site, rows, [.. await EvidenceCommand.WithLogAsync(link, "log", cancellationToken), "entry", "at", "action", "item", "actor", "by", .. Output.Filled(rows, ["result", "source", .. Columns, "medium", "class", "reference"]), "reason"]);
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
