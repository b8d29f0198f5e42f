using System.CommandLine;
using EdgeGateway.Clocks;
using EdgeGateway.Gateway;
using EdgeGateway.Storage.Files;
using EdgeGateway.Texts;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw init</c>: makes the ledger before the first start, with a person there to take its recovery key.</summary>
static class InitCommand
{
    public static Command Create(IReadOnlyList<string> settings)
    {
        var file = Values.NewFile("--recovery-key");
        var command = new Command("init") { file };
        command.SetAction((parsed, _) => RunAsync(CommandLine.Of(parsed, settings), parsed.GetValue(file) is { } path ? Path.GetFullPath(path) : null));
        return command;
    }

    static async Task<int> RunAsync(CommandLine line, string? file)
    {
        var settings = GatewaySettings.Read(line.Configuration);
        var state = Path.Combine(line.Data, "ledger", "state");
        if (File.Exists(state)) throw Failure.Of("init.ledger-exists", line.Data);
        DurableDirectory.Create(Path.GetFullPath(line.Data));
        var time = TimeProvider.System;
        await using var data = await GatewayData.OpenAsync(line.Data, settings, new SystemClock(time), time, NullLoggerFactory.Instance, file);
        FirstStart.Announce(data, Console.Error, isTerminal: !Console.IsErrorRedirected, keepFile: file is not null);
        return 0;
    }
}
