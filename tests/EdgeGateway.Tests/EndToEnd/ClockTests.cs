using System.Text;
using System.Text.Json;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>
/// A box whose clock battery died and boots in 2000, and one that jumps to 2040, with a chrony beside them that says all is well:
/// sealing goes on, entries say so, and nothing is decided by date.
/// </summary>
public sealed class ClockTests
{
    [Fact]
    public async Task A_box_that_boots_in_2000_seals_on_marks_its_entries_and_decides_nothing_by_date()
    {
        await using var station = new E2eStation();
        var chronyc = Chronyc(station);
        await station.StartAsync(chronyc);
        Assert.True((await station.AskAsync("clock", "status")).GetProperty("mayDecideByDate").GetBoolean());
        var secret = await station.AddDeviceAsync("cam-01");
        await PublishAsync(station, secret, "before");
        Assert.Equal(0, await station.Gateway.StopAsync());

        var wrong = await StartAtAsync(station, "@2000-01-01 00:00:00", chronyc);
        await PublishAsync(station, secret, "in-2000");

        var status = await station.AskAsync("clock", "status");
        Assert.Equal("below-floor", status.GetProperty("state").GetString());
        Assert.Contains("before this version was built", status.GetProperty("why").GetString(), StringComparison.Ordinal);
        var ready = await ReadyAsync(wrong);
        Assert.False(ready.GetProperty("clock").GetProperty("mayDecideByDate").GetBoolean());
        Assert.Equal("below-floor", ready.GetProperty("clock").GetProperty("state").GetString());
        Assert.Equal("ready", ready.GetProperty("status").GetString());
        var refused = await station.RunAsync("clock", "confirm", "--reason", "so it says");
        Assert.True(refused.ExitCode == 1 && refused.Error.Contains("set it first", StringComparison.Ordinal), refused.ToString());
        await StopInOrderAsync(station, wrong);

        await station.StartAsync(chronyc);
        await PublishAsync(station, secret, "after");
        Assert.True((await station.AskAsync("clock", "status")).GetProperty("mayDecideByDate").GetBoolean());
        Assert.Equal(["before", "in-2000", "after"], (await station.EvidenceAsync()).OrderBy(Index).Select(item => item.GetProperty("eventId").GetString()));
        Assert.Equal(0, await station.Gateway.StopAsync());

        var leaves = Leaves(station);
        Assert.All(leaves, leaf => Assert.Equal(leaf.GetProperty("at").GetString()!.StartsWith("2000", StringComparison.Ordinal) ? "below-floor" : "synchronised", State(leaf)));
        Assert.Equal(2, leaves.Count(leaf => Event(leaf) == "step"));
        await station.AssertVerifiesAsync("--objects");
    }

    [Trait("Ask", "Clock step handled")]
    [Fact]
    public async Task A_box_that_jumps_to_2040_seals_on_and_waits_for_a_person_also_after_a_restart()
    {
        await using var station = new E2eStation();
        var chronyc = Chronyc(station);
        await station.StartAsync(chronyc);
        var secret = await station.AddDeviceAsync("cam-01");
        Assert.Equal(0, await station.Gateway.StopAsync());

        for (var restart = 0; restart < 2; restart++)
        {
            // An hour later the second time: what the first run sealed is the floor of the second.
            var wrong = await StartAtAsync(station, $"@2040-01-01 0{restart}:00:00", chronyc);
            await PublishAsync(station, secret, $"in-2040-{restart}");
            var status = await station.AskAsync("clock", "status");
            Assert.Equal("synchronised", status.GetProperty("state").GetString());
            Assert.Contains("edgegw clock confirm", status.GetProperty("why").GetString(), StringComparison.Ordinal);
            Assert.True(status.GetProperty("unconfirmedJump").GetProperty("jumpUs").GetInt64() > 0);
            Assert.False((await ReadyAsync(wrong)).GetProperty("clock").GetProperty("mayDecideByDate").GetBoolean());
            await StopInOrderAsync(station, wrong);
        }

        // The time is right again, but entries of 2040 are there: a person says which is right.
        await station.StartAsync(chronyc);
        Assert.Contains("before the newest entry", (await station.AskAsync("clock", "status")).GetProperty("why").GetString(), StringComparison.Ordinal);
        var confirmed = await station.AskAsync("clock", "confirm", "--reason", "the receiver had failed; compared with the wall clock");
        Assert.True(confirmed.GetProperty("mayDecideByDate").GetBoolean(), confirmed.ToString());
        await PublishAsync(station, secret, "after");
        station.Gateway.Kill();

        await station.StartAsync(chronyc);
        Assert.True((await station.AskAsync("clock", "status")).GetProperty("mayDecideByDate").GetBoolean());
        Assert.Equal(0, await station.Gateway.StopAsync());
        var leaves = Leaves(station);
        Assert.Single(leaves, leaf => Event(leaf) == "jump");
        Assert.Equal("synchronised", State(leaves[^1]));
        Assert.Equal(3, (await station.EvidenceAsync()).Count);
        await station.AssertVerifiesAsync("--objects");
    }

    [Fact]
    public async Task What_a_command_seals_behind_a_stop_is_no_unclean_stop()
    {
        await using var station = await E2eStation.StartedAsync("--Clock:Source=system");
        Assert.Equal(0, await station.Gateway.StopAsync());
        await station.AskAsync("clock", "confirm", "--reason", "while it is stopped");
        await station.StartAsync("--Clock:Source=system");
        Assert.Equal(0, await station.Gateway.StopAsync());
        Assert.DoesNotContain(Leaves(station), leaf => leaf.GetProperty("kind").GetString() == "gap");

        station.Launch("--Clock:Source=system");
        await station.Gateway.WaitUntilReadyAsync();
        station.Gateway.Kill();
        await station.AskAsync("clock", "confirm", "--reason", "while it lies there");
        await station.StartAsync("--Clock:Source=system");
        Assert.Equal(0, await station.Gateway.StopAsync());
        Assert.Single(Leaves(station), leaf => leaf.GetProperty("kind").GetString() == "gap");
    }

    [Fact]
    public async Task Check_tells_what_keeps_the_clock()
    {
        await using var station = new E2eStation();
        Assert.Equal("good", await VerdictAsync(Chronyc(station)));
        Assert.Equal("note", await VerdictAsync("--Clock:Source=system"));
        Assert.Equal("note", await VerdictAsync($"--Clock:ChronycPath={station.Beside("none")}"));
        var result = await station.RunAsync("check", "--json", "--Clock:Source=chrony", $"--Clock:ChronycPath={station.Beside("none")}");
        Assert.Equal(1, result.ExitCode);

        async Task<string?> VerdictAsync(string setting) => (await station.RunAsync("check", "--json", setting, "--Mqtt:PlainPort=0")).Json.EnumerateArray()
            .Single(line => line.GetProperty("name").GetString() == "clock").GetProperty("verdict").GetString();
    }

    /// <returns>The setting that points at a chronyc which says that all is well.</returns>
    static string Chronyc(E2eStation station) => $"--Clock:ChronycPath={Script.WriteChronyc(station.Beside("chronyc"))}";

    /// <summary>The wall clock alone is wrong: the monotonic one goes on as the kernel has it.</summary>
    static async Task<GatewayProcess> StartAtAsync(E2eStation station, string time, params string[] settings)
    {
        var gateway = station.LaunchUnder(["env", "FAKETIME_DONT_FAKE_MONOTONIC=1", "faketime", "-f", time], settings);
        await gateway.WaitUntilReadyAsync();
        return gateway;
    }

    static async Task StopInOrderAsync(E2eStation station, GatewayProcess gateway)
    {
        Assert.Equal(0, await gateway.StopAsync());
        Assert.Equal("stop", Leaves(station)[^1].GetProperty("body").GetProperty("event").GetString());
    }

    static async Task PublishAsync(E2eStation station, string secret, string eventId)
    {
        using var device = await E2eMqtt.SignInAsync(station.Gateway.MqttPort, "cam-01", secret);
        await device.PublishAsync("edgegw/v1/cam-01/event/capture", Encoding.UTF8.GetBytes(E2eMqtt.Event(eventId)));
    }

    static async Task<JsonElement> ReadyAsync(GatewayProcess gateway)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{gateway.HttpPort}/"), Timeout = E2eCommand.Deadline };
        return JsonDocument.Parse(await client.GetStringAsync(new Uri("readyz", UriKind.Relative))).RootElement;
    }

    /// <summary>Of a gateway that was stopped: every leaf is in the partial bundle of its last checkpoint.</summary>
    static List<JsonElement> Leaves(E2eStation station)
    {
        var folder = station.File("ledger", "tile", "entries", "000.p");
        var bundle = File.ReadAllBytes(Directory.GetFiles(folder).MaxBy(path => int.Parse(Path.GetFileName(path), System.Globalization.CultureInfo.InvariantCulture))!);
        var leaves = new List<JsonElement>();
        for (var at = 0; at < bundle.Length;)
        {
            var length = bundle[at] << 8 | bundle[at + 1];
            leaves.Add(JsonDocument.Parse(bundle.AsMemory(at + 2, length)).RootElement);
            at += 2 + length;
        }

        return leaves;
    }

    static string? State(JsonElement leaf) => leaf.GetProperty("clock").GetProperty("state").GetString();

    static string? Event(JsonElement leaf) =>
        leaf.GetProperty("kind").GetString() == "clock" ? leaf.GetProperty("body").GetProperty("event").GetString() : null;

    static long Index(JsonElement item) => item.GetProperty("index").GetInt64();
}
