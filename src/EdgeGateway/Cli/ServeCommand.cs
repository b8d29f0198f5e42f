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
        var urls = Values.Checked("--urls", text => ListenUrls.TryParse(text, out _, out var error) ? null : error);
        urls.HelpName = "URL";
        urls.DefaultValueFactory = _ => DefaultUrl;
        var capture = Values.Text("--capture", maximum: 4096);
        capture.HelpName = "DIR";
        var command = new Command(Name) { urls, capture };
        command.SetAction((parsed, _) => GatewayHost.RunAsync(CommandLine.Of(parsed, settings, starts: true), parsed.GetValue(urls)!, parsed.GetValue(capture)));
        return command;
    }
}
