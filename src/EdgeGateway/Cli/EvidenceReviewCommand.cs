using System.CommandLine;
using System.Text.Json.Nodes;
using EdgeGateway.Texts;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw evidence review</c>: 待审核 becomes 通过 or 不通过.</summary>
static class EvidenceReviewCommand
{
    public static Command Create(IReadOnlyList<string> settings)
    {
        var indices = Values.Indices(ArgumentArity.ZeroOrMore);
        var result = Values.OneOf("--result", "passed", "failed", "通过", "不通过");
        var reason = Values.Reason(required: false);
        var by = Values.By();
        var import = Values.File("--import");
        var dryRun = new Option<bool>("--dry-run");
        var overdue = new Option<bool>("--overdue");
        var log = Values.Log();
        var command = new Command("review") { indices, result, reason, by, import, dryRun, overdue, log };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            if (parsed.GetValue(overdue)) return await EvidenceCommand.ListAsync(options, new JsonObject { ["review"] = "overdue" }, parsed.GetValue(log), limit: null, after: null, cancellationToken);
            var file = parsed.GetValue(import);
            var given = parsed.GetValue(indices) ?? [];
            if (file is null == (given.Length == 0)) throw Failure.Usage("review.what");
            if (file is null && parsed.GetValue(result) is null) throw Failure.Usage("review.no-result");
            if (file is null && parsed.GetValue(reason) is null) throw Failure.Usage("review.no-reason");
            var rows = file is null
                ? ItemList.Of(given, ("result", parsed.GetValue(result)), ("reason", parsed.GetValue(reason)))
                : ItemList.Read(file, "origin", "leaf", "result", "reason", "reference");
            await using var link = await GatewayLink.OpenAsync(options);
            var answer = await link.CallAsync(
                "evidence-review",
                new JsonObject { ["rows"] = rows, ["by"] = parsed.GetValue(by), ["import"] = file is not null, ["log"] = parsed.GetValue(log), ["dryRun"] = parsed.GetValue(dryRun) },
                cancellationToken);
            Output.Answer(options, answer, Said.Of(parsed.GetValue(dryRun) ? "review.rehearsed" : "review.done", answer["reviewed"]));
            return 0;
        });
        return command;
    }
}
