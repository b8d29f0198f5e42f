using System.CommandLine;
using System.Text.Json.Nodes;
using EdgeGateway.Gateway;
using EdgeGateway.Texts;
using EdgeGateway.Witnessing;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw witness init · show</c>: the key that this gateway cosigns other ledgers with. Works on the files; no gateway is asked.</summary>
static class WitnessCommand
{
    public static Command Create(IReadOnlyList<string> settings) => new("witness")
    {
        Init(settings),
        Show(settings),
    };

    static Command Init(IReadOnlyList<string> settings)
    {
        var name = Values.Checked("--name", text => text.Length is > 0 and <= 255 && !text.Contains('+') && !text.Any(char.IsWhiteSpace) ? null : Said.Of("usage.key-name"));
        name.HelpName = "NAME";
        var command = new Command("init") { name };
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
        var command = new Command("show");
        command.SetAction((parsed, _) =>
        {
            var options = CommandLine.Of(parsed, settings);
            var key = WitnessKey.Find(options.Data)
                ?? throw Failure.Of("witness.none", WitnessKey.SecretPath(options.Data));
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
