using System.CommandLine;
using System.Text.Json.Nodes;
using EdgeGateway.Texts;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw clock</c>: what keeps the clock, whether the date may decide anything, and a person's word that it is right.</summary>
static class ClockCommand
{
    public static Command Create(IReadOnlyList<string> settings) => new("clock")
    {
        Status(settings),
        Confirm(settings),
    };

    static Command Status(IReadOnlyList<string> settings)
    {
        var command = new Command("status");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            await using var link = await GatewayLink.OpenAsync(options);
            var status = (await link.CallAsync("clock-status", [], cancellationToken)).AsObject();
            if (options.Json) Output.Json(Console.Out, status);
            else Output.Fields(Console.Out, options.Site, status);
            return 0;
        });
        return command;
    }

    static Command Confirm(IReadOnlyList<string> settings)
    {
        var reason = Values.Reason(maximum: Commands.ClockCommands.MaximumReason);
        var command = new Command("confirm") { reason };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            await using var link = await GatewayLink.OpenAsync(options);
            var answer = await link.CallAsync("clock-confirm", new JsonObject { ["reason"] = parsed.GetValue(reason) }, cancellationToken);
            if (options.Json) Output.Json(Console.Out, answer);
            else Console.Out.WriteLine($"{Said.Of("clock.confirmed", answer["index"], options.Site.Show(answer["at"]!.GetValue<string>()))} {answer["why"]?.GetValue<string>() ?? Said.Of("clock.decides")}");
            return 0;
        });
        return command;
    }
}
