using System.CommandLine;
using System.Text.Json.Nodes;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw clock</c>: what keeps the clock, whether the date may decide anything, and a person's word that it is right.</summary>
static class ClockCommand
{
    public static Command Create(IReadOnlyList<string> settings) => new("clock", "The clock: what keeps it right, and whether the date may decide anything.")
    {
        Status(settings),
        Confirm(settings),
    };

    static Command Status(IReadOnlyList<string> settings)
    {
        var command = new Command("status", "Source, quality, floor, and why nothing is decided by date where that is so.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            await using var link = await GatewayLink.OpenAsync(options);
            var status = (await link.CallAsync("clock-status", [], cancellationToken)).AsObject();
            if (options.Json) Output.Json(Console.Out, status);
            else Output.Fields(Console.Out, status);
            return 0;
        });
        return command;
    }

    static Command Confirm(IReadOnlyList<string> settings)
    {
        var reason = new Option<string>("--reason") { Description = "How you know that the clock is right; sealed with the entry.", HelpName = "TEXT", Required = true };
        var command = new Command("confirm", "Say that the clock is right, after it jumped or was set back. Sealed as an entry.") { reason };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            await using var link = await GatewayLink.OpenAsync(options);
            var answer = await link.CallAsync("clock-confirm", new JsonObject { ["reason"] = parsed.GetValue(reason) }, cancellationToken);
            if (options.Json) Output.Json(Console.Out, answer);
            else Console.Out.WriteLine($"Entry {answer["index"]} says that {answer["at"]} is right. {answer["why"]?.GetValue<string>() ?? "The date decides again."}");
            return 0;
        });
        return command;
    }
}
