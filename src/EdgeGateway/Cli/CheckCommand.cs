using System.CommandLine;
using System.Text.Json.Nodes;
using EdgeGateway.Checks;
using EdgeGateway.Evidence;
using EdgeGateway.Gateway;
using EdgeGateway.Texts;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw check</c>: a line for each thing that a gateway needs; exit 1 when one of them is bad.</summary>
static class CheckCommand
{
    public static Command Create(IReadOnlyList<string> settings)
    {
        var command = new Command("check");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            var results = GatewayCheck.Run(options, await PortsAsync(options.Data, cancellationToken), TimeProvider.System).ToList();
            results.AddRange(await BrokerCheck.RunAsync(options, cancellationToken));
            results.AddRange(await TimestampCheck.RunAsync(options, TimeProvider.System, cancellationToken));
            if (options.Json)
            {
                Output.Json(Console.Out, new JsonArray([.. results.Select(result => (JsonNode)result.ToJson())]));
            }
            else
            {
                foreach (var result in results)
                {
                    var mark = TextTable.Of("Check")[result.Verdict switch { CheckVerdict.Good => "mark.good", CheckVerdict.Note => "mark.note", _ => "mark.bad" }];
                    Console.Out.WriteLine($"{mark}  {Output.Padded(NameOf(result), 12)} {DisplayText.Of(result.Sentence, 2000)}");
                }
            }

            return results.Any(result => result.Verdict == CheckVerdict.Bad) ? 1 : 0;
        });
        return command;
    }

    /// <summary>A program is called what it is called.</summary>
    static string NameOf(CheckResult result) => TextTable.Of("Check").Find($"name.{result.Name}") ?? result.Name;

    /// <summary>What the running gateway listens on; null where none runs, or where it can't be asked.</summary>
    static async Task<JsonObject?> PortsAsync(string data, CancellationToken cancellationToken)
    {
        try
        {
            await using var link = await GatewayLink.ToRunningAsync(data);
            return link is null ? null : (await link.CallAsync("status", [], cancellationToken))["ports"] as JsonObject;
        }
        catch (GatewayException)
        {
            // The settings and the disk can be looked at all the same; the ports are then told as the settings have them.
            return null;
        }
    }
}
