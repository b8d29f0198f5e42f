using System.CommandLine;
using System.Text.Json.Nodes;
using EdgeGateway.Backup;
using EdgeGateway.Texts;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw backup</c>: the whole gateway, running or stopped; and reading such a backup again.</summary>
static class BackupCommand
{
    public static Command Create(IReadOnlyList<string> settings)
    {
        var directory = Values.Folder("DIR");
        var verify = new Option<bool>("--verify");
        var command = new Command("backup") { directory, verify };
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
        else Console.Out.WriteLine(Said.Of("backup.done", Logs(manifest), manifest.Objects));
        if (manifest.Damaged.Count == 0) return 0;
        await Console.Error.WriteLineAsync($"edgegw: {Said.Of("backup.damaged", manifest.Damaged.Count, manifest.Damaged[0])}");
        return 1;
    }

    static int Verify(CommandLine options, string directory, CancellationToken cancellationToken)
    {
        var report = BackupVerification.Run(directory, null, cancellationToken);
        if (options.Json) Output.Json(Console.Out, ToJson(directory, report));
        else Console.Out.WriteLine(Sentence(options, report));
        return report.Fault is null ? 0 : 1;
    }

    public static string Sentence(CommandLine options, BackupReport report) => report.Fault is { } fault
        ? Said.Of("backup.refused", fault)
        : Said.Of("backup.verified", Logs(report.Manifest), options.Site.Show(report.Manifest.TakenAt));

    static string Logs(BackupManifest manifest) => string.Join(Said.Of("comma"), manifest.Logs.Select(log => Said.Of("backup.log", log.Size, log.Origin)));
}
