using System.CommandLine;
using EdgeGateway.Gateway;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw serve</c>: the gateway itself.</summary>
static class ServeCommand
{
    public const string Name = "serve";

    public const string DefaultUrl = "http://127.0.0.1:8080";

    public static Command Create(IReadOnlyList<string> settings)
    {
        var urls = new Option<string>("--urls")
        {
            Description = "Where the web part listens; loopback only. Port 0 takes a free one.",
            DefaultValueFactory = _ => DefaultUrl,
        };
        var command = new Command(Name, "Run the gateway. Prints one JSON line when it is ready. Settings follow as --Section:Key=value.") { urls };
        command.SetAction((parsed, _) => GatewayHost.RunAsync(CommandLine.Of(parsed, settings), parsed.GetValue(urls)!));
        return command;
    }
}
