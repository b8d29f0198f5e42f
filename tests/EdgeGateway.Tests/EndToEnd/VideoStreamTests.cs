using System.Text.Json;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>A camera's stream recorded by a gateway, from GStreamer's server through ffmpeg to the ledger.</summary>
public sealed class VideoStreamTests : IAsyncDisposable
{
    const string Password = "p@ss:w'd %41";

    readonly E2eStation _station = new();

    public ValueTask DisposeAsync() => _station.DisposeAsync();

    [Fact]
    public async Task A_stream_is_sealed_in_segments_across_a_lost_camera_and_a_killed_gateway_and_its_password_is_nowhere()
    {
        var camera = await RtspCamera.StartAsync(0, "viewer", Password);
        try
        {
            var settings = await SettingsAsync(silence: "3s");
            await _station.AskAsync("device", "add", "--id", "cam-01", "--profile", "camera-rtsp", "--stream", $"rtsp://127.0.0.1:{camera.Port}/live", settings[0]);
            await _station.StartAsync(settings);
            await UntilAsync(2);
            foreach (var process in Directory.GetDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)))
            {
                foreach (var seen in (string[])["cmdline", "environ"]) Assert.DoesNotContain("p%40ss", Text(Path.Combine(process, seen)), StringComparison.Ordinal);
            }

            camera.Dispose();
            await HoldsAsync(async () => await ConnectionAsync() == "offline");
            await HoldsAsync(async () => (await _station.EntriesAsync()).Any(entry => entry.GetProperty("kind").GetString() == "gap"));
            var before = (await UntilAsync(2)).Count;
            camera = await RtspCamera.StartAsync(camera.Port, "viewer", Password);
            await UntilAsync(before + 2);
            Assert.Equal("online", await ConnectionAsync());

            _station.Gateway.Kill();
            var left = Directory.GetFiles(_station.File("streams", "cam-01"), "*.ts", SearchOption.AllDirectories).Length;
            Assert.InRange(left, 1, 3);
            var sealedBefore = (await SegmentsAsync()).Count;
            await _station.StartAsync(settings);
            var segments = await UntilAsync(sealedBefore + left + 2);
            var names = new HashSet<string>();
            foreach (var segment in segments) Assert.True(names.Add(await NameAsync(segment)));
            await AssertPlayableAsync(segments[0]);

            Assert.Equal(0, await _station.Gateway.StopAsync());
            Assert.DoesNotContain("p@ss", _station.Gateway.Log, StringComparison.Ordinal);
            Assert.DoesNotContain("p%40ss", _station.Gateway.Log, StringComparison.Ordinal);
            foreach (var file in Directory.GetFiles(_station.File("ledger"), "*", SearchOption.AllDirectories))
            {
                Assert.Equal(-1, (await File.ReadAllBytesAsync(file)).AsSpan().IndexOf("p@ss"u8));
            }

            await _station.AssertVerifiesAsync("--objects");
        }
        finally
        {
            camera.Dispose();
        }
    }

    [Fact]
    public async Task A_camera_outside_the_networks_or_with_another_password_is_not_recorded_and_the_log_says_why_once()
    {
        using var camera = await RtspCamera.StartAsync(0, "viewer", "another");
        var settings = await SettingsAsync(silence: "1m");
        await _station.AskAsync("device", "add", "--id", "cam-01", "--profile", "camera-rtsp", "--stream", $"rtsp://127.0.0.1:{camera.Port}/live", settings[0]);
        await _station.AskAsync("device", "add", "--id", "cam-02", "--profile", "camera-rtsp", "--stream", "rtsp://127.1.0.1/live", settings[0]);
        var secret = await _station.RunAsync("device", "add", "--id", "cam-03", "--profile", "camera-rtsp", "--stream", "rtsp://viewer:hidden@127.0.0.1/live", settings[0]);
        Assert.Equal(2, secret.ExitCode);
        Assert.DoesNotContain("hidden@", secret.Output + File.ReadAllText("/proc/self/cmdline"), StringComparison.Ordinal);

        await _station.StartAsync([.. settings[..1], "--Video:Networks=127.0.0.1/32", .. settings[2..]]);
        await HoldsAsync(() => Task.FromResult(_station.Gateway.Log.Contains("127.1.0.1, which is in none of Video:Networks", StringComparison.Ordinal)));
        await HoldsAsync(() => Task.FromResult(_station.Gateway.Log.Contains("401 Unauthorized", StringComparison.Ordinal)));

        Assert.Equal(0, await _station.Gateway.StopAsync());
        Assert.Equal(1, Count("which is in none of Video:Networks"));
        Assert.Empty(await SegmentsAsync());

        int Count(string words) => _station.Gateway.Log.Split('\n').Count(line => line.Contains(words, StringComparison.Ordinal));
    }

    async Task<string[]> SettingsAsync(string silence)
    {
        var profiles = Directory.CreateDirectory(_station.Beside("profiles")).FullName;
        var shipped = await File.ReadAllTextAsync(Path.Combine(ProfileSchema.Directory, "camera-rtsp.yaml"));
        await File.WriteAllTextAsync(Path.Combine(profiles, "camera-rtsp.yaml"), shipped.Replace("segment: 10s", "segment: 1s").Replace("silence: 1m", $"silence: {silence}"));
        await File.WriteAllTextAsync(_station.Beside("password"), Password + "\n");
        File.SetUnixFileMode(_station.Beside("password"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return
        [
            $"--Gateway:Profiles={profiles}", "--Video:Networks=127.0.0.0/8", "--Video:Credentials:cam-01:UserName=viewer", $"--Video:Credentials:cam-01:PasswordFile={_station.Beside("password")}",
        ];
    }

    /// <summary>Recording and number.</summary>
    async Task<string> NameAsync(JsonElement segment)
    {
        var shown = await _station.AskAsync("evidence", "show", segment.GetProperty("index").GetRawText());
        var manifest = JsonDocument.Parse(shown.GetProperty("private").GetProperty("manifest").GetBytesFromBase64()).RootElement;
        return $"{manifest.GetProperty("recording").GetString()} {manifest.GetProperty("segment").GetString()}";
    }

    async Task AssertPlayableAsync(JsonElement segment)
    {
        var path = _station.Beside("segment.ts");
        Assert.Equal(0, (await _station.RunAsync("evidence", "show", segment.GetProperty("index").GetRawText(), "--raw", path)).ExitCode);
        var probed = await E2eCommand.RunAsync("ffprobe", ["-loglevel", "error", "-show_entries", "stream=codec_name,width", "-of", "csv=p=0", path]);
        Assert.Equal("h264,320", probed.Output.Split('\n')[0].Trim());
    }

    async Task<string?> ConnectionAsync() => (await _station.AskAsync("device", "show", "cam-01")).GetProperty("connection").GetString();

    async Task<IReadOnlyList<JsonElement>> SegmentsAsync() =>
        [.. (await _station.EvidenceAsync("--device", "cam-01")).Where(item => item.GetProperty("kind").GetString() == "evidence")];

    /// <summary>Waits until so many segments are sealed.</summary>
    async Task<IReadOnlyList<JsonElement>> UntilAsync(int count)
    {
        IReadOnlyList<JsonElement> segments = [];
        await HoldsAsync(async () => (segments = await SegmentsAsync()).Count >= count);
        return segments;
    }

    static async Task HoldsAsync(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(E2eCommand.Deadline);
        while (!await holds()) patience.Token.ThrowIfCancellationRequested();
    }

    static string Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A process that is gone.
            return "";
        }
    }
}
