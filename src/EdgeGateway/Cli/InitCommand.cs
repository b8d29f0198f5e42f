using System.CommandLine;
using EdgeGateway.Clocks;
using EdgeGateway.Gateway;
using EdgeGateway.Storage.Files;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw init</c>: makes the ledger before the first start, with a person there to take its recovery key.</summary>
static class InitCommand
{
    public static Command Create(IReadOnlyList<string> settings)
    {
        var file = new Option<FileInfo?>("--recovery-key") { Description = "Write the recovery key into this new file (0600) instead of showing it." };
        var command = new Command("init", "Make the ledger and show its recovery key once. Settings follow as --Section:Key=value.") { file };
        command.SetAction((parsed, _) => RunAsync(CommandLine.Of(parsed, settings), parsed.GetValue(file)?.FullName));
        return command;
    }

    static async Task<int> RunAsync(CommandLine line, string? file)
    {
        var settings = GatewaySettings.Read(line.Configuration);
        var state = Path.Combine(line.Data, "ledger", "state");
        if (File.Exists(state)) throw new GatewayException($"There is a ledger in '{line.Data}' already. Start it with 'edgegw serve', or give another directory with --data.");
        if (file is not null && File.Exists(file)) throw new GatewayException($"'{file}' is there already. Give a new file with --recovery-key: it may hold the key of another ledger.");
        DurableDirectory.Create(Path.GetFullPath(line.Data));
        var time = TimeProvider.System;
        await using var data = await GatewayData.OpenAsync(line.Data, settings, new SystemClock(time), time, NullLoggerFactory.Instance, file);
        FirstStart.Announce(data, Console.Error, isTerminal: !Console.IsErrorRedirected, keepFile: file is not null);
        return 0;
    }
}
