using System.Security.Cryptography;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>A gateway that looks through a dock's folder, from `device add` to the ledger's check.</summary>
public sealed class DockFolderTests
{
    [Fact]
    public async Task Files_of_a_dock_are_sealed_once_across_a_kill_and_the_dock_shows_online_and_offline()
    {
        await using var station = new E2eStation();
        var dock = Directory.CreateDirectory(station.Beside("dock")).FullName;
        var profiles = Directory.CreateDirectory(station.Beside("profiles")).FullName;
        var shipped = await File.ReadAllTextAsync(Path.Combine(ProfileSchema.Directory, "recorder-dock-folder.yaml"));
        await File.WriteAllTextAsync(Path.Combine(profiles, "recorder-dock-folder.yaml"), shipped.Replace("settle: 10s", "settle: 1s"));
        string[] settings = [$"--Gateway:Profiles={profiles}", "--Docks:Scan=00:00:01"];
        await station.AskAsync("device", "add", "--id", "dock-01", "--profile", "recorder-dock-folder", "--folder", dock, settings[0]);
        var twice = await station.RunAsync("device", "add", "--id", "dock-02", "--profile", "recorder-dock-folder", "--folder", Path.Combine(dock, "inner"), settings[0]);
        Assert.Equal(1, twice.ExitCode);
        Assert.Contains("is that of device 'dock-01', or one lies in the other", twice.Error, StringComparison.Ordinal);

        await station.StartAsync(settings);
        for (var i = 1; i <= 20; i++) await DropAsync(dock, i);
        await UntilAsync(station, 1);
        station.Gateway.Kill();
        await station.StartAsync(settings);
        for (var i = 21; i <= 25; i++) await DropAsync(dock, i);
        var clips = await UntilAsync(station, 25);

        Assert.Equal(25, clips.Select(clip => clip.GetProperty("eventId").GetString()).Distinct().Count());
        var digests = Directory.GetFiles(dock).Select(file => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))).Order();
        Assert.Equal(digests, clips.Select(clip => clip.GetProperty("sha256").GetString()).Order());
        Assert.Equal("dock", clips[0].GetProperty("wire").GetString());
        var device = await station.AskAsync("device", "show", "dock-01");
        Assert.Equal((dock, "online"), (device.GetProperty("folder").GetString(), device.GetProperty("connection").GetString()));

        Directory.Move(dock, dock + "-away");
        await HoldsAsync(async () => (await station.AskAsync("device", "show", "dock-01")).GetProperty("connection").GetString() == "offline");
        Assert.Equal(0, await station.Gateway.StopAsync());
        Assert.Contains("its folder can't be looked through", station.Gateway.Log, StringComparison.Ordinal);
        await station.AssertVerifiesAsync("--objects");
    }

    static async Task DropAsync(string dock, int number)
    {
        var clip = new byte[200_000 + number];
        new Random(number).NextBytes(clip);
        await File.WriteAllBytesAsync(Path.Combine(dock, $"DSJ-X1_110023_20261127101530_{number:d4}.mp4"), clip);
    }

    /// <summary>Waits until so many clips are sealed.</summary>
    static async Task<IReadOnlyList<System.Text.Json.JsonElement>> UntilAsync(E2eStation station, int clips)
    {
        IReadOnlyList<System.Text.Json.JsonElement> found = [];
        await HoldsAsync(async () =>
        {
            found = [.. (await station.EvidenceAsync("--device", "dock-01")).Where(item => item.GetProperty("message").GetString() == "clip")];
            return found.Count >= clips;
        });
        return found;
    }

    static async Task HoldsAsync(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(E2eCommand.Deadline);
        while (!await holds()) patience.Token.ThrowIfCancellationRequested();
    }
}
