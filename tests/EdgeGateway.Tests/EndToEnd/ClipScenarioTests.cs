using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>The simulated dock and camera send clips in chunks, over connections that break and through kills of the gateway.</summary>
public sealed class ClipScenarioTests
{
    const string Clips = """
        scenario: clips
        description: Clips of a dock and a camera
        seed: 1
        start: 2026-01-05T00:00:00Z
        fleets:
          - kind: recorder-dock
            name: dock
            profile: recorder-dock-mqtt
            mqtt: 3.1.1
            clip: 1s
            clipBytes: 600000
            chunkBytes: 16384
            reconnectFirst: 20ms
            reconnectMaximum: 200ms
            faults: [{kind: lostConnection, chance: 0.3}]
          - kind: camera
            name: camera
            profile: camera-mqtt
            mqtt: 5
            width: 320
            height: 180
            clip: 1s
            clipBytes: 3000000
            reconnectFirst: 20ms
            reconnectMaximum: 200ms
            faults: [{kind: halfFrame, chance: 0.3}]
        """;

    [Fact]
    public async Task Every_clip_whose_receipt_came_is_in_the_ledger_once_where_the_receipt_says()
    {
        await using var station = new E2eStation();
        var (scenario, secrets, transcript) = (station.Beside("clips.yaml"), station.Beside("secrets"), station.Beside("transcript"));
        await File.WriteAllTextAsync(scenario, Clips);
        string[] edgegw = ["--edgegw", $"dotnet {E2ePrograms.Edgegw}", "--data", station.Data];
        Assert.Equal(0, (await SimulateAsync(["enrol", scenario, .. edgegw, "--secrets", secrets])).ExitCode);
        await station.StartAsync();
        var port = station.Gateway.MqttPort;

        var run = SimulateAsync("run", scenario, "--target", $"127.0.0.1:{port}", "--secrets", secrets, "--transcript", transcript, "--for", "6s", "--json");
        while (!File.Exists(transcript) || !(await ReadAsync(transcript)).Contains("chunk/3", StringComparison.Ordinal)) await Task.Delay(20);
        station.Gateway.Kill();
        await station.StartAsync($"--Mqtt:PlainPort={port}");
        var ran = await run;
        Assert.True(ran.ExitCode == 0, ran.ToString());

        var verdict = await SimulateAsync(["verify", "--transcript", transcript, .. edgegw, "--json"]);
        Assert.True(verdict.ExitCode == 0, verdict.ToString());
        Assert.True(verdict.Json.GetProperty("ok").GetBoolean(), verdict.ToString());
        var lines = await File.ReadAllLinesAsync(transcript);
        var sealedClips = lines.Count(line => line.Contains("\"media\"", StringComparison.Ordinal) && line.Contains("\"acknowledged\"", StringComparison.Ordinal));
        Assert.Equal(12, sealedClips);
        Assert.Equal(12, (await station.EvidenceAsync()).Count(item => item.GetProperty("message").GetString() == "clip"));
        Assert.Equal(0, await station.Gateway.StopAsync());
        await station.AssertVerifiesAsync("--objects");
    }

    static async Task<string> ReadAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return await reader.ReadToEndAsync();
    }

    static Task<E2eResult> SimulateAsync(params string[] arguments) => E2eCommand.RunAsync("dotnet", [E2ePrograms.Simulator, .. arguments]);
}
