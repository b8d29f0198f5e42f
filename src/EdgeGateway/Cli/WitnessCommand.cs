using System.CommandLine;
using System.Text.Json.Nodes;
using EdgeGateway.Gateway;
using EdgeGateway.Witnessing;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw witness init · show</c>: the key that this gateway cosigns other ledgers with. Works on the files; no gateway is asked.</summary>
static class WitnessCommand
{
    public static Command Create(IReadOnlyList<string> settings) => new("witness", "Cosign the ledgers of other gateways.")
    {
        Init(settings),
        Show(settings),
    };

    static Command Init(IReadOnlyList<string> settings)
    {
        var name = new Option<string?>("--name") { Description = "The witness's name; else the ledger's with /witness behind it.", HelpName = "NAME" };
        var command = new Command("init", "Make the witness's key and print its public half, for the policies of others.") { name };
        command.SetAction((parsed, _) =>
        {
            var options = CommandLine.Of(parsed, settings);
            var gateway = GatewaySettings.Read(options.Configuration).Gateway;
            return Print(options, WitnessKey.Create(options.Data, parsed.GetValue(name) ?? WitnessKey.DefaultName(options.Data, gateway)));
        });
        return command;
    }

    static Command Show(IReadOnlyList<string> settings)
    {
        var command = new Command("show", "Print the public half of the witness's key.");
        command.SetAction((parsed, _) =>
        {
            var options = CommandLine.Of(parsed, settings);
            var key = WitnessKey.Find(options.Data)
                ?? throw new GatewayException($"There is no witness key '{WitnessKey.SecretPath(options.Data)}': make one with 'edgegw witness init'.");
            return Print(options, key);
        });
        return command;
    }

    static Task<int> Print(CommandLine options, Ledger.SigningKey key)
    {
        if (options.Json) Output.Json(Console.Out, new JsonObject { ["name"] = key.Name, ["vkey"] = key.Verifier.ToString() });
        else Console.Out.WriteLine(key.Verifier);
        return Task.FromResult(0);
    }
}
