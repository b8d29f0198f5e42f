using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using EdgeGateway.Simulators.Transcripts;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>Killed without warning, again and again, under load from clients that send what was not acknowledged again.</summary>
[Collection(AloneCollection.Name)]
public sealed partial class CrashTests
{
    const int Terminate = 15;

    const string Load = """
        scenario: crash
        description: Four publishers at a steady rate, reconnecting for ever
        seed: 1
        start: 2026-01-05T00:00:00Z
        fleets:
          - kind: publisher
            name: crash
            count: 4
            profile: camera-mqtt
            mqtt: 5
            window: 20
            rate: 250
            bytes: 1024
            keepAlive: 10s
            reconnectFirst: 20ms
            reconnectMaximum: 100ms
        """;

    [Trait("Ask", "Nothing acked is lost")]
    [Fact]
    public async Task Killed_at_twenty_random_moments_it_starts_by_itself_and_has_all_it_acknowledged_once() => await CrashAsync(20, 20261122, leastAcknowledged: 1000);

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Killed_at_two_hundred_random_moments_it_starts_by_itself_and_has_all_it_acknowledged_once() => await CrashAsync(200, 4711, leastAcknowledged: 10_000);

    static async Task CrashAsync(int crashes, int seed, int leastAcknowledged)
    {
        await using var station = new E2eStation();
        var (scenario, secrets, transcript) = (station.Beside("crash.yaml"), station.Beside("secrets"), station.Beside("transcript"));
        await File.WriteAllTextAsync(scenario, Load);
        var enrolled = await SimulateAsync("enrol", scenario, "--edgegw", $"dotnet {E2ePrograms.Edgegw}", "--data", station.Data, "--secrets", secrets);
        Assert.True(enrolled.ExitCode == 0, enrolled.ToString());

        var port = FreePort();
        string[] settings = [$"--Mqtt:PlainPort={port}", "--Ledger:CheckpointInterval=00:00:01", "--Ledger:SegmentBytes=4194304"];
        using var load = E2eCommand.Start("dotnet",
            [E2ePrograms.Simulator, "run", scenario, "--target", $"127.0.0.1:{port}", "--secrets", secrets, "--transcript", transcript, "--json"]);
        var (output, error) = (load.StandardOutput.ReadToEndAsync(), load.StandardError.ReadToEndAsync());

        // Also while it starts, and recovers from the crash before.
        var random = new Random(seed);
        for (var crash = 0; crash < crashes; crash++)
        {
            var gateway = station.Launch(settings);
            if (crash % 4 == 0) await gateway.WaitUntilReadyAsync();
            await Task.Delay(random.Next(100, 2500));
            Assert.False(gateway.HasExited, $"It ended by itself after {crash} crashes: {gateway.Log}");
            gateway.Kill();
        }

        await station.StartAsync(settings);
        await AcknowledgedAfterAsync(transcript, DateTimeOffset.UtcNow);
        Assert.Equal(0, SendSignal(load.Id, Terminate));
        using var timeout = new CancellationTokenSource(E2eCommand.Deadline);
        await load.WaitForExitAsync(timeout.Token);
        Assert.Contains("\"violations\": 0", await output, StringComparison.Ordinal);
        Assert.DoesNotContain("xception", await error, StringComparison.Ordinal);

        await AssertOnceAsync(station, transcript, leastAcknowledged);
        var compared = await SimulateAsync("verify", "--transcript", transcript, "--edgegw", $"dotnet {E2ePrograms.Edgegw}", "--data", station.Data, "--json");
        Assert.True(compared.ExitCode == 0 && compared.Json.GetProperty("ok").GetBoolean(), compared.ToString());
        await station.AssertVerifiesAsync("--objects");
        Assert.Equal(0, await station.Gateway.StopAsync());
        await station.AssertVerifiesAsync("--objects");
    }

    /// <summary>Compared here once more by event id, so that the simulator's own comparison need not be believed.</summary>
    static async Task AssertOnceAsync(E2eStation station, string transcript, int leastAcknowledged)
    {
        using var text = new StreamReader(transcript);
        var acknowledged = TranscriptReader.Read(text)
            .Where(entry => entry.Event == TranscriptEvent.Acknowledged)
            .Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Device}-{entry.N:D12}"))
            .ToHashSet();
        Assert.True(acknowledged.Count > leastAcknowledged, $"Only {acknowledged.Count} messages were acknowledged: the load was none.");

        var items = await station.EvidenceAsync();
        Assert.DoesNotContain(items, item => item.GetProperty("kind").GetString() != "evidence" || item.TryGetProperty("conflictsWith", out _));
        var ids = items.Select(item => item.GetProperty("eventId").GetString()!).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.Empty(acknowledged.Except(ids));
    }

    /// <summary>Returns once the load gets through again.</summary>
    static async Task AcknowledgedAfterAsync(string transcript, DateTimeOffset after)
    {
        using var timeout = new CancellationTokenSource(E2eCommand.Deadline);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        using var file = new FileStream(transcript, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Seek(0, SeekOrigin.End);
        using var reader = new StreamReader(file);
        var text = "";
        while (!text.Contains("\"acknowledged\"", StringComparison.Ordinal) || DateTimeOffset.UtcNow < after.AddSeconds(1))
        {
            await timer.WaitForNextTickAsync(timeout.Token);
            text += await reader.ReadToEndAsync(timeout.Token);
        }
    }

    static Task<E2eResult> SimulateAsync(params string[] arguments) =>
        E2eCommand.RunAsync("dotnet", [E2ePrograms.Simulator, .. arguments], 2 * E2eCommand.Deadline);

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);
}
