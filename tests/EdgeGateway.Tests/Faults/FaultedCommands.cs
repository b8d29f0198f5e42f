using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Faults;

/// <summary>The rows.</summary>
static class FaultedCommands
{
    public static readonly IReadOnlyList<FaultedCommand> All =
    [
        new("export", station => Export(station.Beside("bag")), station => Unfinished(station).Length > 0, CheckExportAsync) { Occurrences = [1, 4, 15] },
        new("rotation", _ => ["ledger", "rotate", "--reason", "new year"], station => File.Exists(station.File("rotating", "plan.json")), CheckRotationAsync)
        {
            Occurrences = [1, 6],
        },
        new("backup", station => ["backup", station.Beside("backup")], station => File.Exists(Path.Combine(station.Beside("backup"), "backup.unfinished")), CheckBackupAsync)
        {
            Occurrences = [1, 3],
        },
        new("restore", Restore, station => File.Exists(Path.Combine(station.Beside("new"), "restore.unfinished")), CheckRestoreAsync)
        {
            Data = station => station.Beside("new"),
        },
    ];

    static string[] Export(string target) =>
        ["evidence", "export", $"{FaultedDirectory.FirstItem}-{FaultedDirectory.FirstItem + 11}", "--out", target, "--case", "77", "--reason", "hearing"];

    static string[] Restore(E2eStation station) =>
        ["restore", station.Beside("taken"), "--successor", "--recovery-key", station.Beside("paper")];

    static string[] Unfinished(E2eStation station) => Directory.GetDirectories(station.Beside(""), ".bag*.tmp");

    static async Task CheckExportAsync(E2eStation station, E2eResult result)
    {
        var bag = station.Beside("bag");
        await File.WriteAllTextAsync(station.Beside("policy"), $"log {(await File.ReadAllTextAsync(station.File("keys", "ledger.vkey"))).Trim()}\nquorum none\n");
        Assert.True(result.ExitCode != 0 || Directory.Exists(bag), $"It is said to be done, but there is no bag: {result}");
        Assert.True(result.ExitCode > 1 || Unfinished(station).Length == 0, $"What was not finished is left: {result}");

        // Under its name it is whole, also where the command could not say so.
        if (Directory.Exists(bag)) await VerifiesAsync(bag);
        await SucceedsAsync(station, Export(station.Beside("bag-2")));
        await VerifiesAsync(station.Beside("bag-2"));
        await station.AssertVerifiesAsync("--objects");

        async Task VerifiesAsync(string directory)
        {
            var verified = await station.RunAsync("evidence", "verify", directory, "--policy", station.Beside("policy"));
            Assert.True(verified.ExitCode == 0, $"{verified}\n{result}");
        }
    }

    /// <summary>The plan is made, so the next start goes on with it, or already has.</summary>
    static async Task CheckRotationAsync(E2eStation station, E2eResult result)
    {
        await station.StartAsync();
        Assert.EndsWith("/2", station.Gateway.Ready.GetProperty("origin").GetString(), StringComparison.Ordinal);
        Assert.Equal(FaultedDirectory.Items, (await station.EvidenceAsync()).Count);
        Assert.Equal(0, await station.Gateway.StopAsync());
        await station.AssertVerifiesAsync("--objects");
    }

    static async Task CheckBackupAsync(E2eStation station, E2eResult result)
    {
        var backup = station.Beside("backup");
        Assert.True(File.Exists(Path.Combine(backup, "backup.json")) || result.ExitCode != 0, $"{result}");
        if (File.Exists(Path.Combine(backup, "backup.json"))) await SucceedsAsync(station, ["backup", "--verify", backup]);
        await SucceedsAsync(station, ["backup", backup]);
        await SucceedsAsync(station, ["backup", "--verify", backup]);
        await station.AssertVerifiesAsync("--objects");
    }

    static async Task CheckRestoreAsync(E2eStation station, E2eResult result)
    {
        await using var restored = new E2eStation { Data = station.Beside("new") };
        if (result.ExitCode != 0 && File.Exists(restored.File("restore.unfinished")))
        {
            var refused = restored.Launch();
            Assert.Equal(1, await refused.WaitForExitAsync());
            Assert.Contains("Remove the directory", refused.Log, StringComparison.Ordinal);
            Directory.Delete(restored.Data, recursive: true);
            await SucceedsAsync(restored, Restore(station));
        }

        await restored.StartAsync();
        Assert.Equal(FaultedDirectory.Items, (await restored.EvidenceAsync()).Count);
        Assert.Equal(0, await restored.Gateway.StopAsync());
        await restored.AssertVerifiesAsync("--objects");
    }

    static async Task SucceedsAsync(E2eStation station, string[] arguments)
    {
        var result = await station.RunAsync(arguments);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', arguments)}: {result}");
    }
}
