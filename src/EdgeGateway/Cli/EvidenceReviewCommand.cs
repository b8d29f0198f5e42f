using System.CommandLine;
using System.Text.Json.Nodes;
using EdgeGateway.Gateway;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw evidence review</c>: 待审核 becomes 通过 or 不通过.</summary>
static class EvidenceReviewCommand
{
    public static Command Create(IReadOnlyList<string> settings)
    {
        var indices = new Argument<string[]>("INDEX") { Description = "Items, or ranges of them: 17 20-25.", Arity = ArgumentArity.ZeroOrMore };
        var result = new Option<string?>("--result") { Description = "passed or failed.", HelpName = "RESULT" };
        var reason = new Option<string?>("--reason") { Description = "Why.", HelpName = "TEXT" };
        var by = new Option<string?>("--by") { Description = "Who reviewed them; the account that runs the command if not given.", HelpName = "NAME" };
        var import = new Option<string?>("--import") { Description = "Results of the case system, CSV or JSON: index, result, and origin, leaf, reason, reference.", HelpName = "FILE" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Check everything, and do nothing." };
        var overdue = new Option<bool>("--overdue") { Description = "List what should have been reviewed by now." };
        var log = LedgerCommand.LogOption();
        var command = new Command("review", "Say that items are what they must be, or not (行政处罚法 art. 41).") { indices, result, reason, by, import, dryRun, overdue, log };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            if (parsed.GetValue(overdue)) return await EvidenceCommand.ListAsync(options, new JsonObject { ["review"] = "overdue" }, parsed.GetValue(log), limit: null, after: null, cancellationToken);
            var file = parsed.GetValue(import);
            var given = parsed.GetValue(indices) ?? [];
            if (file is null == (given.Length == 0)) throw new GatewayException("Give indices and --result, or --import FILE, or --overdue.", exitCode: 2);
            if (file is null && parsed.GetValue(result) is null) throw new GatewayException("--result is missing: passed or failed.", exitCode: 2);
            var rows = file is null
                ? ItemList.Of(given, ("result", parsed.GetValue(result)), ("reason", parsed.GetValue(reason)))
                : ItemList.Read(file, "origin", "leaf", "result", "reason", "reference");
            await using var link = await GatewayLink.OpenAsync(options);
            var answer = await link.CallAsync(
                "evidence-review",
                new JsonObject { ["rows"] = rows, ["by"] = parsed.GetValue(by), ["import"] = file is not null, ["log"] = parsed.GetValue(log), ["dryRun"] = parsed.GetValue(dryRun) },
                cancellationToken);
            Output.Answer(options, answer, $"{answer["reviewed"]} items {(parsed.GetValue(dryRun) ? "would be" : "are")} reviewed.");
            return 0;
        });
        return command;
    }
}
