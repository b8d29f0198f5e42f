using System.CommandLine;
using System.Text.Json.Nodes;
using EdgeGateway.Texts;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw device hj212</c>: asks an instrument for something, or tells it something, while the gateway runs.</summary>
static class DeviceHj212
{
    public static Command Create(IReadOnlyList<string> settings)
    {
        var id = new Argument<string>("ID");
        var request = new Argument<string>("REQUEST");
        var interval = Values.Number("--interval", 1, "N");
        var timeout = Values.Number("--timeout", 1, "SECONDS");
        var resends = Values.Number("--resends", 1, "N");
        var command = new Command("hj212") { id, request, interval, timeout, resends };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            await using var link = await GatewayLink.OpenAsync(options);
            var answer = (await link.CallAsync("device-hj212", new JsonObject
            {
                ["id"] = parsed.GetValue(id),
                ["request"] = parsed.GetValue(request),
                ["interval"] = parsed.GetValue(interval),
                ["timeout"] = parsed.GetValue(timeout),
                ["resends"] = parsed.GetValue(resends),
            }, cancellationToken)).AsObject();
            var state = answer["state"]!.GetValue<string>();
            if (options.Json)
            {
                Output.Json(Console.Out, answer);
            }
            else
            {
                Output.Fields(Console.Out, options.Site, answer);
                if (state != "done") await Console.Error.WriteLineAsync(Said.Of($"hj212.{state}", parsed.GetValue(id)!));
            }

            return state == "done" ? 0 : 1;
        });
        return command;
    }
}
