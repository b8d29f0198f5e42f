using System.CommandLine;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw rebuild</c>: the views again from the ledger.</summary>
static class RebuildCommand
{
    public static Command Create(IReadOnlyList<string> settings)
    {
        var command = new Command("rebuild", "Make the registry and evidence views again from the ledger.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            await using var link = await GatewayLink.OpenAsync(options);
            var answer = await link.CallAsync("rebuild", [], cancellationToken);
            if (options.Json) Output.Json(Console.Out, answer);
            else Console.Out.WriteLine($"The views hold all {answer["position"]} entries again.");
            return 0;
        });
        return command;
    }
}
