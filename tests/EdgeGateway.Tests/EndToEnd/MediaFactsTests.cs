using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>Media that comes over a dock is looked into once it is sealed, shown with the item, and goes with it.</summary>
public sealed class MediaFactsTests
{
    [Fact]
    public async Task A_clip_is_shown_with_what_was_found_in_it_and_what_was_made_of_it_goes_when_it_is_erased()
    {
        await using var station = new E2eStation();
        var dock = Directory.CreateDirectory(station.Beside("dock")).FullName;
        var profiles = Directory.CreateDirectory(station.Beside("profiles")).FullName;
        var shipped = await File.ReadAllTextAsync(Path.Combine(ProfileSchema.Directory, "recorder-dock-folder.yaml"));
        await File.WriteAllTextAsync(Path.Combine(profiles, "recorder-dock-folder.yaml"), shipped.Replace("settle: 10s", "settle: 1s"));
        string[] settings = [$"--Gateway:Profiles={profiles}", "--Docks:Scan=00:00:01", "--Retention:Default=as-case"];
        await station.AskAsync("device", "add", "--id", "dock-01", "--profile", "recorder-dock-folder", "--folder", dock, settings[0]);
        await MediaClips.MakeAsync(Path.Combine(dock, "clip.avi"), "testsrc=d=2:s=320x240:r=10", "-c:v", "mpeg4");
        await File.WriteAllTextAsync(Path.Combine(dock, "playlist.mp4"), "#EXTM3U\n/etc/passwd\n" + new string('#', 100));
        await station.StartAsync(settings);
        await HoldsAsync(async () => (await station.EvidenceAsync("--device", "dock-01")).Count == 3);
        var items = (await station.EvidenceAsync("--device", "dock-01")).ToDictionary(item => item.TryGetProperty("eventId", out var id) ? id.GetString()! : "listing", item => item.GetProperty("index").GetRawText());
        await HoldsAsync(async () => (await ShowAsync("playlist.mp4")).TryGetProperty("media", out _) && (await ShowAsync("clip.avi")).TryGetProperty("media", out _));

        var shown = await ShowAsync("clip.avi");
        Assert.Empty(DocsSchema.Of("evidence-show").Errors(System.Text.Json.Nodes.JsonNode.Parse(shown.GetRawText())!));
        var media = shown.GetProperty("media");
        var folder = media.GetProperty("folder").GetString()!;
        Assert.Equal(shown.GetProperty("sha256").GetString(), media.GetProperty("sha256").GetString());
        Assert.True(File.Exists(Path.Combine(folder, media.GetProperty("preview").GetProperty("file").GetString()!)));
        var playlist = await ShowAsync("playlist.mp4");
        Assert.Empty(DocsSchema.Of("evidence-show").Errors(System.Text.Json.Nodes.JsonNode.Parse(playlist.GetRawText())!));
        Assert.StartsWith("It does not begin as any media", playlist.GetProperty("media").GetProperty("error").GetString(), StringComparison.Ordinal);

        // An object that was put lately is only let go of by the next run.
        Assert.Equal(0, await station.Gateway.StopAsync());
        await station.StartAsync(settings);
        await station.AskAsync("evidence", "erase", items["clip.avi"], "--reason", "case closed", "--as-of", DateTimeOffset.UtcNow.AddHours(23).ToString("O", System.Globalization.CultureInfo.InvariantCulture), settings[0], settings[2]);
        await HoldsAsync(() => Task.FromResult(!Directory.Exists(folder)));
        Assert.False((await ShowAsync("clip.avi")).TryGetProperty("media", out _));
        Assert.Equal(0, await station.Gateway.StopAsync());

        Task<System.Text.Json.JsonElement> ShowAsync(string name) => station.AskAsync("evidence", "show", items[name]);
    }

    static async Task HoldsAsync(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(E2eCommand.Deadline);
        while (!await holds()) patience.Token.ThrowIfCancellationRequested();
    }
}
