using System.CommandLine;
using System.Text.Json.Nodes;
using EdgeGateway.Backup;
using EdgeGateway.Clocks;
using EdgeGateway.Gateway;
using EdgeGateway.Registry;
using EdgeGateway.Succession;
using EdgeGateway.Texts;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw restore</c>: a backup becomes a data directory whose ledger goes on from it.</summary>
static class RestoreCommand
{
    public static Command Create(IReadOnlyList<string> settings)
    {
        var directory = Values.ExistingDirectory("DIR");
        var successor = new Option<bool>("--successor");
        var recovery = RecoveryKeyOption.Create();
        var reason = Values.Reason(required: false);
        reason.DefaultValueFactory = _ => "restored from a backup";
        var command = new Command("restore") { directory, successor, recovery, reason };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            CommandLine.Of(parsed, settings), Path.GetFullPath(parsed.GetValue(directory)!), parsed.GetValue(successor), parsed.GetValue(recovery), parsed.GetValue(reason)!, cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(CommandLine options, string directory, bool successor, string? recoveryFile, string reason, CancellationToken cancellationToken)
    {
        if (successor && recoveryFile is null)
        {
            throw Failure.Usage("restore.needs-paper");
        }

        var recovery = recoveryFile is null ? null : RecoveryKeyFile.Read(recoveryFile);
        using var line = new StepLine();
        var time = TimeProvider.System;
        var run = new RestoreRun(directory, Path.GetFullPath(options.Data), GatewaySettings.Read(options.Configuration), new SystemClock(time), time, line.Show);
        run.CheckEmpty();
        var report = BackupVerification.Run(directory, null, cancellationToken);
        if (report.Fault is not null) throw Failure.Of("restore.refused", BackupCommand.Sentence(options, report));

        var answer = BackupCommand.ToJson(directory, report);
        answer["dryRun"] = !successor;
        answer["data"] = Path.GetFullPath(options.Data);
        if (successor)
        {
            var result = await run.RunAsync(report.Manifest, recovery!, reason, Actor.LocalAdministrator, cancellationToken);
            answer["origin"] = result.Key.Name;
            answer["key"] = result.Key.ToString();
            answer["devices"] = result.Devices;
        }

        line.Dispose();
        Show(options, answer, report, run);
        return 0;
    }

    static void Show(CommandLine options, JsonObject answer, BackupReport report, RestoreRun run)
    {
        if (options.Json)
        {
            Output.Json(Console.Out, answer);
            return;
        }

        Console.Out.WriteLine(BackupCommand.Sentence(options, report));
        Console.Out.WriteLine(answer["origin"] is { } origin
            ? Said.Of("restore.done", answer["data"], report.Manifest.Logs.Count, origin, answer["devices"])
            : Said.Of("restore.rehearsed", report.Manifest.Logs.Count, answer["data"], run.LastLog().Origin, options.Site.Show(report.Manifest.TakenAt)));
    }
}
