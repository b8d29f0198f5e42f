using System.CommandLine;
using System.Text.Json.Nodes;
using EdgeGateway.Backup;
using EdgeGateway.Clocks;
using EdgeGateway.Gateway;
using EdgeGateway.Registry;
using EdgeGateway.Succession;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw restore</c>: a backup becomes a data directory whose ledger goes on from it.</summary>
static class RestoreCommand
{
    public static Command Create(IReadOnlyList<string> settings)
    {
        var directory = new Argument<string>("DIR") { Description = "The directory that 'edgegw backup' wrote." };
        var successor = new Option<bool>("--successor") { Description = "Restore, and open a new ledger as the successor. Without it nothing is written." };
        var recovery = new Option<string?>("--recovery-key") { Description = "A file with the recovery key from paper, or - to be asked.", HelpName = "FILE" };
        var reason = new Option<string>("--reason") { Description = "Why, e.g. \"disk broken\".", HelpName = "TEXT", DefaultValueFactory = _ => "restored from a backup" };
        var command = new Command("restore", "Verify a backup and say what restoring it would do; with --successor, do it, into a new data directory.") { directory, successor, recovery, reason };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            CommandLine.Of(parsed, settings), Path.GetFullPath(parsed.GetValue(directory)!), parsed.GetValue(successor), parsed.GetValue(recovery), parsed.GetValue(reason)!, cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(CommandLine options, string directory, bool successor, string? recoveryFile, string reason, CancellationToken cancellationToken)
    {
        if (successor && recoveryFile is null)
        {
            throw new GatewayException("--successor needs --recovery-key FILE: only the key from paper can vouch for a successor of a restored ledger.", exitCode: 2);
        }

        if (reason.Length is 0 or > 1024) throw new GatewayException("--reason has 1 to 1024 characters.", exitCode: 2);
        var recovery = recoveryFile is null ? null : RecoveryKeyFile.Read(recoveryFile);
        using var line = new StepLine();
        var time = TimeProvider.System;
        var run = new RestoreRun(directory, Path.GetFullPath(options.Data), GatewaySettings.Read(options.Configuration), new SystemClock(time), time, line.Show);
        run.CheckEmpty();
        var report = BackupVerification.Run(directory, null, cancellationToken);
        if (report.Fault is not null) throw new GatewayException($"{BackupCommand.Sentence(report)} Nothing was restored. Use another backup.");

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

        Console.Out.WriteLine(BackupCommand.Sentence(report));
        Console.Out.WriteLine(answer["origin"] is { } origin
            ? $"Restored into '{answer["data"]}': {report.Manifest.Logs.Count} closed logs, and the new ledger {origin} that goes on from them with {answer["devices"]} devices. What was sealed after the backup is not here. Look at restored/settings.txt and restored/profiles/, then start it."
            : $"With --successor --recovery-key FILE this would become {report.Manifest.Logs.Count} closed logs in '{answer["data"]}', and a new ledger after {run.LastLog().Origin}. What was sealed after {answer["takenAt"]} would not be there. Nothing was written.");
    }
}
