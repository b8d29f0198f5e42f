using System.CommandLine;
using System.Text.Json.Nodes;
using EdgeGateway.Checks;
using EdgeGateway.Evidence;
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
            var results = GatewayCheck.Run(options, TimeProvider.System).ToList();
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
                    Console.Out.WriteLine($"{mark}  {result.Name,-12} {DisplayText.Of(result.Sentence, 2000)}");
                }
            }

            return results.Any(result => result.Verdict == CheckVerdict.Bad) ? 1 : 0;
        });
        return command;
    }
}
