using System.CommandLine;
using EdgeGateway.Texts;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw device strangers</c>: who sends and is not registered, as the running gateway knows them.</summary>
static class DeviceStrangers
{
    public static Command Create(IReadOnlyList<string> settings)
    {
        var command = new Command("strangers");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            await using var link = await GatewayLink.OpenAsync(options);
            var answer = await link.CallAsync("device-strangers", [], cancellationToken);
            if (!answer["running"]!.GetValue<bool>()) throw Failure.Of("strangers.stopped");
            if (options.Json) Output.Json(Console.Out, answer["sources"]!);
            else Output.Table(Console.Out, options.Site, answer["sources"]!.AsArray(), "last", "wire", "address", "claimed", "reason", "count", "first");
            return 0;
        });
        return command;
    }
}
