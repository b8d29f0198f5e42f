using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>Status messages: acknowledged on receipt, folded, and sealed as observations.</summary>
public sealed class TelemetryTests
{
    [Fact]
    public async Task Status_is_folded_into_an_observation_each_interval()
    {
        await using var station = await E2eStation.StartedAsync("--Ingest:ObservationInterval=00:00:01");
        using var device = await SignInAsync(station);
        for (ushort n = 1; n <= 5; n++) await device.PublishAsync("edgegw/v1/cam-01/status", Status("1.0"), n);

        var observations = await ObservationsAsync(station, observations => Sum(observations) == 5);
        Assert.All(observations, entry => Assert.Equal("interval", Body(entry).GetProperty("reason").GetString()));
        var first = Device(observations[0]);
        Assert.Equal("cam-01", first.GetProperty("id").GetString());
        Assert.Equal("1.0", first.GetProperty("firmware").GetString());
        Assert.Equal(first.GetProperty("messages").GetInt64(), first.GetProperty("clockOffsetMs").GetProperty("n").GetInt64());
        Assert.Equal("26.0500000", first.GetProperty("position").GetProperty("north").GetString());
        Assert.DoesNotContain("cam-01", observations[0].GetProperty("leaf").GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_of_firmware_is_sealed_at_once_and_the_rest_when_the_gateway_stops()
    {
        await using var station = await E2eStation.StartedAsync();
        using (var device = await SignInAsync(station))
        {
            await device.PublishAsync("edgegw/v1/cam-01/status", Status("1.0"), 1);
            await device.PublishAsync("edgegw/v1/cam-01/status", Status("1.1"), 2);
            var changed = await ObservationsAsync(station, observations => observations.Count == 1);
            Assert.Equal("change", Body(changed[0]).GetProperty("reason").GetString());
            Assert.Equal("1.1", Device(changed[0]).GetProperty("firmware").GetString());
            await device.PublishAsync("edgegw/v1/cam-01/status", Status("1.1"), 3);
        }

        Assert.Equal(0, await station.Gateway.StopAsync());
        var entries = await station.EntriesAsync();
        Assert.Equal(
            ["genesis", "gateway", "device", "observation change", "observation stop", "gateway"],
            entries.Select(entry => $"{Kind(entry)} {(Kind(entry) == "observation" ? Body(entry).GetProperty("reason").GetString() : "")}".Trim()));
        Assert.Equal("stop", Body(entries[^1]).GetProperty("event").GetString());
        Assert.Equal(3, Sum([.. entries.Where(entry => Kind(entry) == "observation")]));
        await station.AssertVerifiesAsync("--objects");
    }

    [Fact]
    public async Task A_kill_leaves_a_gap_entry_of_lost_telemetry_and_an_orderly_stop_none()
    {
        await using var station = await E2eStation.StartedAsync();
        using (var device = await SignInAsync(station)) await device.PublishAsync("edgegw/v1/cam-01/status", Status("1.0"));
        station.Gateway.Kill();

        await station.StartAsync();
        Assert.Equal(0, await station.Gateway.StopAsync());
        await station.StartAsync();

        var entries = await station.EntriesAsync();
        Assert.Equal(["genesis", "gateway", "device", "gap", "gateway", "gateway", "gateway"], entries.Select(Kind));
        var gap = Body(entries[3]);
        Assert.Equal("unclean-stop", gap.GetProperty("reason").GetString());
        Assert.Equal("telemetry", gap.GetProperty("lost").GetString());
        Assert.Equal(["start", "start", "stop", "start"], entries.Where(entry => Kind(entry) == "gateway").Select(entry => Body(entry).GetProperty("event").GetString()));
    }

    static async Task<MqttSocket> SignInAsync(E2eStation station) =>
        await E2eMqtt.SignInAsync(station.Gateway.MqttPort, "cam-01", await station.AddDeviceAsync("cam-01"));

    static byte[] Status(string firmware) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $$$"""{"deviceTime":"{{{DateTimeOffset.UtcNow:yyyy-MM-ddTHH:mm:ssZ}}}","firmware":"{{{firmware}}}","position":{"latitude":26.05,"longitude":119.3}}"""));

    /// <summary>Asks until the observations are what they shall become.</summary>
    static async Task<IReadOnlyList<JsonElement>> ObservationsAsync(E2eStation station, Func<IReadOnlyList<JsonElement>, bool> enough)
    {
        using var timeout = new CancellationTokenSource(E2eCommand.Deadline);
        while (true)
        {
            IReadOnlyList<JsonElement> observations = [.. (await station.EntriesAsync(3)).Where(entry => Kind(entry) == "observation")];
            if (enough(observations)) return observations;
            timeout.Token.ThrowIfCancellationRequested();
        }
    }

    static long Sum(IReadOnlyList<JsonElement> observations) => observations.Sum(entry => Body(entry).GetProperty("messages").GetInt64());

    static string Kind(JsonElement entry) => entry.GetProperty("kind").GetString()!;

    static JsonElement Body(JsonElement entry) => entry.GetProperty("leaf").GetProperty("body");

    static JsonElement Device(JsonElement entry) => entry.GetProperty("private").GetProperty("devices")[0];
}
