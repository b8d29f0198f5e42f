using System.CommandLine;
using EdgeGateway.Texts;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw rebuild</c>: the views again from the ledger.</summary>
static class RebuildCommand
{
    public static Command Create(IReadOnlyList<string> settings)
    {
        var command = new Command("rebuild");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            await using var link = await GatewayLink.OpenAsync(options);
            var answer = await link.CallAsync("rebuild", [], cancellationToken);
            if (options.Json) Output.Json(Console.Out, answer);
            else Console.Out.WriteLine(Said.Of("rebuild.done", answer["position"]));
            return 0;
        });
        return command;
    }
}
