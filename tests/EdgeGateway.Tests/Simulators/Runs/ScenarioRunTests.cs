using EdgeGateway.Simulators.Footage;
using EdgeGateway.Simulators.Hj212;
using EdgeGateway.Simulators.Runs;
using EdgeGateway.Simulators.Transcripts;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Simulators.Runs;

public sealed class ScenarioRunTests : IDisposable
{
    const string Yaml = """
        scenario: test
        fleets:
          - kind: recorder-dock
            name: dock
            profile: p
            mqtt: 3.1.1
            status: 40ms
            event: 100ms
            reconnectFirst: 5ms
            faults: [{kind: lostConnection, at: 200ms}, {kind: duplicateStorm, at: 400ms, copies: 5}]
          - kind: camera
            name: camera
            profile: p
            status: 80ms
            snapshot: 100ms
            alarm: 150ms
            width: 320
            height: 240
            reconnectFirst: 5ms
            faults: [{kind: halfFrame, at: 300ms}]
          - kind: hj212
            name: analyser
            profile: p
            line: l
            mn: 010000A8900016F000169DC0
            realtime: 250ms
            answer: 300ms
            faults: [{kind: bitFlip, at: 500ms}]
        """;

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgegw-run-");
    readonly CancellationTokenSource _timeout = new(TimeSpan.FromSeconds(60));

    [Fact]
    public async Task Two_runs_send_the_same_and_all_of_it_is_acknowledged()
    {
        var first = await RunAsync(seed: 5);
        var second = await RunAsync(seed: 5);
        Assert.Equal(first, second);
        Assert.NotEqual(first, await RunAsync(seed: 6));
    }

    [Fact]
    public async Task Footage_is_made_of_real_pictures_and_the_same_each_time()
    {
        var first = await CameraFootage.MakeAsync(640, 360, _folder.CreateSubdirectory("a").FullName, _timeout.Token);
        var second = await CameraFootage.MakeAsync(640, 360, _folder.CreateSubdirectory("b").FullName, _timeout.Token);
        Assert.Equal(first.Pictures, second.Pictures);
        Assert.Equal(first.Clip, second.Clip);
        Assert.InRange(first.Pictures.Count, 10, 20);
        Assert.All(first.Pictures, picture => Assert.Equal("FFD8", Convert.ToHexString(picture.AsSpan(0, 2))));
        Assert.All(first.Pictures, picture => Assert.InRange(picture.Length, 4_000, 64_000));
        Assert.Contains("ftyp", System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(Path.Combine(_folder.FullName, "a", "clip.mp4")).AsSpan(0, 12)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_line_or_secret_is_named_with_its_remedy()
    {
        var options = Options(1) with { Lines = new Dictionary<string, SerialEnd>() };
        var exception = await Assert.ThrowsAsync<RunImpossibleException>(() => PrepareAsync(options, null));
        Assert.Contains("--line l=PATH", exception.Message, StringComparison.Ordinal);
        options = Options(1) with { Secrets = new Dictionary<string, string>() };
        exception = await Assert.ThrowsAsync<RunImpossibleException>(() => PrepareAsync(options, null));
        Assert.Contains("'dock-1'", exception.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _timeout.Dispose();
        _folder.Delete(recursive: true);
    }

    async Task<List<string>> RunAsync(long seed)
    {
        using var broker = await SimMosquitto.StartAsync();
        var (near, far) = (Path.Combine(_folder.FullName, "near"), Path.Combine(_folder.FullName, "far"));
        using var pair = await PtyPair.OpenAsync(near, far, TimeProvider.System, _timeout.Token);
        using var gateway = await SerialLine.OpenAsync(far, _timeout.Token);
        using var host = CancellationTokenSource.CreateLinkedTokenSource(_timeout.Token);
        var answering = SimHj212Host.AnswerAsync(gateway, int.MaxValue, 0, host.Token);

        var transcript = new SimTranscript();
        var options = Options(broker.Port) with { Seed = seed, Lines = new Dictionary<string, SerialEnd> { ["l"] = new(near) } };
        using var run = await PrepareAsync(options, transcript);
        await run.RunAsync(_timeout.Token);
        await host.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answering);

        var summary = run.Summarise();
        Assert.True(summary.IsWhole, summary.ToString());
        Assert.Equal(1, summary.Damaged);
        Assert.InRange(summary.Connects, 5, 10);
        var acknowledged = transcript.Entries.Where(entry => entry.Event == TranscriptEvent.Acknowledged).Select(entry => (entry.Device, entry.N)).ToHashSet();
        var sent = transcript.Entries.Where(entry => entry.Event == TranscriptEvent.Sent).ToList();
        Assert.All(sent, entry => Assert.Contains((entry.Device, entry.N), acknowledged));
        return [.. sent.OrderBy(entry => entry.Device, StringComparer.Ordinal).ThenBy(entry => entry.N).Select(entry => $"{entry.Device} {entry.N} {entry.Topic} {entry.Sha256}")];
    }

    Task<ScenarioRun> PrepareAsync(RunOptions options, ITranscript? transcript) =>
        ScenarioRun.PrepareAsync(SimSome.Scenario(Yaml), options, transcript, TimeProvider.System, _timeout.Token);

    static RunOptions Options(int port) => new()
    {
        Target = new RunTarget("127.0.0.1", port),
        Seed = 1,
        ClockStart = SimSome.Clock.Start,
        Duration = TimeSpan.FromMilliseconds(800),
        Lines = new Dictionary<string, SerialEnd> { ["l"] = new("/nowhere") },
    };
}
