using System.Text.Json;
using System.Text.RegularExpressions;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>The scenarios that ship, played for a few seconds against a real gateway and compared with its ledger.</summary>
public sealed partial class ShippedScenarioTests
{
    [Theory]
    [InlineData("station-day", 8)]
    [InlineData("bad-line", 5)]
    public async Task What_a_shipped_scenario_had_acknowledged_is_in_the_ledger_once(string scenario, int devices)
    {
        await using var station = new E2eStation();
        await PlayAsync(station, scenario, seconds: 6);

        var items = await station.EvidenceAsync();
        Assert.All(items, item => Assert.Contains("bench", item.TryGetProperty("flags", out var flags) ? flags.GetRawText() : item.GetRawText(), StringComparison.Ordinal));
        Assert.Equal(devices, items.Select(item => item.GetProperty("device").GetString()).OfType<string>().Distinct().Count());
        Assert.Equal(0, await station.Gateway.StopAsync());
        await station.AssertVerifiesAsync("--objects");
    }

    [Fact]
    public async Task After_power_cuts_the_backlog_is_sealed_late_and_whole()
    {
        await using var station = new E2eStation();
        var (summary, verdict) = await PlayAsync(station, "power-cuts", seconds: 8, "--delay", "1s");

        // A dock was away for two and a half seconds, and each MQTT device came back.
        Assert.Contains(Names(verdict, "delayed"), name => name.StartsWith("dock-", StringComparison.Ordinal));
        Assert.InRange(verdict.GetProperty("longestDelay").GetDouble(), 2, 8);
        Assert.InRange(summary.GetProperty("connects").GetInt32(), 4 + 4 + 2 + 2, 40);
        Assert.NotEqual(0, summary.GetProperty("withheld").GetInt32());
        Assert.Equal(summary.GetProperty("withheld").GetInt32(), verdict.GetProperty("withheld").GetInt32());
        Assert.NotEmpty(await station.EvidenceAsync("--device", "receiver-1"));
        Assert.NotEmpty(await station.EvidenceAsync("--device", "analyser-1"));
        Assert.Equal(0, await station.Gateway.StopAsync());
        await station.AssertVerifiesAsync("--objects");
    }

    [Fact]
    public async Task Nothing_that_liars_send_is_evidence_and_what_is_honest_is_whole()
    {
        await using var station = new E2eStation();
        var (summary, verdict) = await PlayAsync(station, "liars", seconds: 6);

        Assert.InRange(verdict.GetProperty("lies").GetInt32(), 40, 100);
        Assert.NotEqual(0, summary.GetProperty("refusedAsExpected").GetInt32());
        Assert.NotEqual(0, summary.GetProperty("signInsRefused").GetInt32());
        var refused = (await station.EvidenceAsync("--kind", "quarantine")).Select(item => item.GetProperty("reason").GetString()).OfType<string>().Distinct();
        Assert.Superset(
            new HashSet<string> { "forbidden-topic", "chunk-range", "digest-mismatch", "unknown-upload", "crc-mismatch", "wrong-credential" }, refused.ToHashSet());
        var otherwise = (await station.EvidenceAsync("--device", "liar-1", "--kind", "evidence")).Where(item => item.TryGetProperty("conflictsWith", out _));
        Assert.NotEmpty(otherwise);
        var years = (await station.EvidenceAsync("--device", "wrong-clock-1")).Select(item => item.GetProperty("capturedAt").GetString()![..4]).OfType<string>().ToHashSet();
        Assert.Equal(new HashSet<string> { "2026", "2023", "2028" }, years);
        Assert.Equal(0, await station.Gateway.StopAsync());
        await station.AssertVerifiesAsync("--objects");
    }

    [Fact]
    public async Task A_device_that_floods_keeps_no_other_waiting()
    {
        await using var station = new E2eStation();
        var small = station.Beside("flood.yaml");
        var shipped = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "scenarios", "flood.yaml"));
        await File.WriteAllTextAsync(small, LargeCount().Replace(shipped, "count: 3").Replace("30s", "250ms", StringComparison.Ordinal).Replace("60s", "500ms", StringComparison.Ordinal));
        var (summary, verdict) = await PlayAsync(station, small, seconds: 3, "--delay", "2s");

        Assert.Equal(7, summary.GetProperty("devices").GetInt32());
        Assert.DoesNotContain(Names(verdict, "delayed"), name => !name.StartsWith("flooder-", StringComparison.Ordinal));
        Assert.True(verdict.GetProperty("sealed").GetInt32() > 1000, verdict.ToString());
        Assert.Equal(0, await station.Gateway.StopAsync());
        await station.AssertVerifiesAsync("--objects");
    }

    /// <summary>Registers the devices, plays, and compares: nothing may be lost, doubled, out of order, or believed.</summary>
    static async Task<(JsonElement Summary, JsonElement Verdict)> PlayAsync(E2eStation station, string scenario, int seconds, params string[] verify)
    {
        var (secrets, transcript) = (station.Beside("secrets"), station.Beside("transcript"));
        var (gatewayEnd, deviceEnd) = (station.Beside("line-gateway"), station.Beside("line-device"));
        var gnss = station.Beside("gnss");
        using var line = scenario is "power-cuts" ? null : await SocatPair.StartAsync(gatewayEnd, deviceEnd);
        string[] edgegw = ["--edgegw", $"dotnet {E2ePrograms.Edgegw}", "--data", station.Data];
        var enrolled = await SimulateAsync(["enrol", scenario, .. edgegw, "--secrets", secrets, "--line", $"analyser={gatewayEnd}", "--line", $"gnss={gnss}"]);
        Assert.True(enrolled.ExitCode == 0, enrolled.ToString());
        await station.StartAsync();

        string[] lines = line is null ? ["--pty", $"analyser={gatewayEnd}", "--pty", $"gnss={gnss}"] : ["--line", $"analyser={deviceEnd}"];
        var ran = await SimulateAsync(
        [
            "run", scenario, "--target", $"127.0.0.1:{station.Gateway.MqttPort}", "--secrets", secrets, "--transcript", transcript, .. lines, "--for", $"{seconds}s", "--json",
        ]);
        Assert.True(ran.ExitCode == 0, ran.ToString());

        var verdict = await SimulateAsync(["verify", "--transcript", transcript, .. edgegw, .. verify, "--json"]);
        Assert.True(verdict.ExitCode == 0, verdict.ToString());
        Assert.True(verdict.Json.GetProperty("ok").GetBoolean(), verdict.ToString());
        return (ran.Json, verdict.Json);
    }

    static List<string> Names(JsonElement verdict, string list) => [.. verdict.GetProperty(list).EnumerateArray().Select(name => name.GetString()!)];

    static Task<E2eResult> SimulateAsync(params string[] arguments) => E2eCommand.RunAsync("dotnet", [E2ePrograms.Simulator, .. arguments]);

    [GeneratedRegex(@"count: \d\d+")]
    private static partial Regex LargeCount();
}
