using System.CommandLine;
using System.Text.Json.Nodes;
using EdgeGateway.Backup;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw backup</c>: the whole gateway, running or stopped; and reading such a backup again.</summary>
static class BackupCommand
{
    public static Command Create(IReadOnlyList<string> settings)
    {
        var directory = new Argument<string>("DIR") { Description = "A new directory, or that of an earlier backup, which then only gets what is new." };
        var verify = new Option<bool>("--verify") { Description = "Read the backup in DIR again, all of it, and change nothing." };
        var command = new Command("backup", "Copy the whole gateway, running or stopped. The ledger's key is never copied.") { directory, verify };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            var path = Path.GetFullPath(parsed.GetValue(directory)!);
            return parsed.GetValue(verify) ? Verify(options, path, cancellationToken) : await RunAsync(options, path, cancellationToken);
        });
        return command;
    }

    /// <summary>What was found, in the words of the commands that read a backup.</summary>
    public static JsonObject ToJson(string directory, BackupReport report) => new()
    {
        ["ok"] = report.Fault is null,
        ["directory"] = directory,
        ["takenAt"] = Ledger.LedgerTime.Format(report.Manifest.TakenAt),
        ["logs"] = report.Manifest.ToJson()["logs"]!.DeepClone(),
        ["privateParts"] = report.Logs.Sum(log => log.PrivateParts ?? 0),
        ["objects"] = report.Manifest.Objects,
        ["fault"] = report.Fault,
    };

    static async Task<int> RunAsync(CommandLine options, string directory, CancellationToken cancellationToken)
    {
        using var line = new StepLine();
        var run = new BackupRun(Path.GetFullPath(options.Data), directory, TimeProvider.System, line.Show);
        await using var link = await GatewayLink.OpenAsync(options);
        run.CheckDirectory();
        var manifest = run.Run(await link.CallAsync("backup-state", [], cancellationToken), cancellationToken);
        line.Dispose();
        if (options.Json) Output.Json(Console.Out, manifest.ToJson());
        else Console.Out.WriteLine($"Backed up: {string.Join(", ", manifest.Logs.Select(log => $"{log.Size} entries of {log.Origin}"))}, {manifest.Objects} objects. The ledger's key is not in it: keep the recovery key's paper.");
        if (manifest.Damaged.Count == 0) return 0;
        await Console.Error.WriteLineAsync($"edgegw: {manifest.Damaged.Count} objects are damaged here and are not in the backup, the first is {manifest.Damaged[0]}. Run 'edgegw ledger verify --objects', and restore them from an earlier backup.");
        return 1;
    }

    static int Verify(CommandLine options, string directory, CancellationToken cancellationToken)
    {
        var report = BackupVerification.Run(directory, null, cancellationToken);
        if (options.Json) Output.Json(Console.Out, ToJson(directory, report));
        else Console.Out.WriteLine(Sentence(report));
        return report.Fault is null ? 0 : 1;
    }

    public static string Sentence(BackupReport report) => report.Fault is { } fault
        ? $"Not verified: {fault}"
        : $"Verified: {string.Join(", ", report.Manifest.Logs.Select(log => $"{log.Size} entries of {log.Origin}"))}, all private parts and objects are what was sealed up to {Ledger.LedgerTime.Format(report.Manifest.TakenAt)}.";
}
