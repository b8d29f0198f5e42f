using System.Globalization;
using System.Text.Json.Nodes;
using EdgeGateway.Cli;
using EdgeGateway.Simulators.Enrolment;
using EdgeGateway.Simulators.Transcripts;
using EdgeGateway.Tests.Support;
using Xunit.Abstractions;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>One gateway and a thousand devices for ten minutes, a message of 1 KiB a second from each. The figures that it prints stand in docs/benchmarks.md.</summary>
[Collection(AloneCollection.Name)]
public sealed class ThousandDevicesTests(ITestOutputHelper output)
{
    const int Devices = 1000;
    static readonly TimeSpan Lasting = TimeSpan.FromMinutes(10);

    const string Load = """
        scenario: thousand
        description: A thousand devices at a steady rate
        seed: 1
        start: 2026-01-05T00:00:00Z
        fleets:
          - kind: publisher
            name: station
            count: 1000
            profile: camera-mqtt
            mqtt: 5
            window: 4
            rate: 1
            bytes: 1024
            keepAlive: 30s
        """;

    [Fact, Trait("Speed", "Slow")]
    public async Task A_thousand_devices_for_ten_minutes_lose_nothing_and_take_no_more_memory_at_the_end()
    {
        await using var station = await E2eStation.StartedAsync();
        var (scenario, secrets, transcript) = (station.Beside("thousand.yaml"), station.Beside("secrets"), station.Beside("transcript"));
        await File.WriteAllTextAsync(scenario, Load);
        SecretsFile.Write(secrets, await EnrolAsync(station));

        var run = E2eCommand.RunAsync("dotnet",
            [
                E2ePrograms.Simulator, "run", scenario, "--target", $"127.0.0.1:{station.Gateway.MqttPort}", "--secrets", secrets, "--transcript", transcript,
                "--for", $"{Lasting.TotalSeconds:F0}s", "--json",
            ],
            Lasting + (2 * E2eCommand.Deadline));
        var sizes = new List<long>();
        using (var timer = new PeriodicTimer(Lasting / 20))
        {
            while (!run.IsCompleted && await timer.WaitForNextTickAsync()) sizes.Add(station.Gateway.ResidentBytes >> 20);
        }

        Assert.Equal(0, (await run).ExitCode);
        var (acknowledged, delays) = Acknowledgements(transcript);
        output.WriteLine($"{acknowledged} acknowledged, p50 {At(delays, 0.5):F1} ms, p99 {At(delays, 0.99):F1} ms; resident, in MB: {string.Join(", ", sizes)}");
        Assert.InRange(acknowledged, Devices * Lasting.TotalSeconds * 0.9, Devices * (Lasting.TotalSeconds + 1));

        // It goes up and down by a fifth with each collection, so the halves are compared.
        Assert.True(sizes.TakeLast(10).Max() <= sizes.SkipLast(10).Max() + 30, $"Resident, in MB: {string.Join(", ", sizes)}");
        var compared = await E2eCommand.RunAsync("dotnet",
            [E2ePrograms.Simulator, "verify", "--transcript", transcript, "--edgegw", $"dotnet {E2ePrograms.Edgegw}", "--data", station.Data, "--json"], 4 * E2eCommand.Deadline);
        Assert.True(compared.ExitCode == 0 && compared.Json.GetProperty("ok").GetBoolean(), compared.ToString());
        Assert.Equal(0, await station.Gateway.StopAsync());
        await station.AssertVerifiesAsync();
    }

    static async Task<Dictionary<string, string>> EnrolAsync(E2eStation station)
    {
        await using var link = (await GatewayLink.ToRunningAsync(station.Data))!;
        var secrets = new Dictionary<string, string>();
        for (var n = 1; n <= Devices; n++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"station-{n}");
            var added = await link.CallAsync("device-add", new JsonObject { ["id"] = id, ["profile"] = "camera-mqtt", ["bench"] = true }, CancellationToken.None);
            secrets[id] = added["secret"]!.GetValue<string>();
        }

        return secrets;
    }

    /// <summary>How many, and from sending to acknowledgement in milliseconds, the shortest first.</summary>
    static (int Count, List<double> Delays) Acknowledgements(string transcript)
    {
        var sent = new Dictionary<(string, long), DateTimeOffset>();
        var delays = new List<double>();
        using var text = new StreamReader(transcript);
        foreach (var entry in TranscriptReader.Read(text))
        {
            if (entry.Event == TranscriptEvent.Sent) sent.TryAdd((entry.Device, entry.N), entry.At);
            else if (entry.Event == TranscriptEvent.Acknowledged && sent.Remove((entry.Device, entry.N), out var at)) delays.Add((entry.At - at).TotalMilliseconds);
        }

        delays.Sort();
        return (delays.Count, delays);
    }

    static double At(List<double> sorted, double share) => sorted[(int)((sorted.Count - 1) * share)];
}
