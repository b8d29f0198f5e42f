using System.Text.Json;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>What a person sees of devices that come and go.</summary>
public sealed class PresenceTests
{
    [Trait("Ask", "Original time kept; stale visible")]
    [Fact]
    public async Task A_device_whose_will_counted_shows_as_offline_and_its_absence_is_in_the_ledger_from_end_to_end()
    {
        await using var station = new E2eStation();
        await station.StartAsync($"--Gateway:Profiles={BriskProfiles(station)}");
        var secret = await station.AddDeviceAsync("cam-01", "brisk");
        Assert.Equal(JsonValueKind.Null, (await station.AskAsync("device", "show", "cam-01")).GetProperty("connection").ValueKind);
        using (var socket = await SignInAsync(station, secret))
        {
            Assert.Equal("online", (await station.AskAsync("device", "show", "cam-01")).GetProperty("connection").GetString());
        }

        JsonElement gone;
        do gone = (await station.EntriesAsync()).LastOrDefault(IsGap);
        while (gone.ValueKind == JsonValueKind.Undefined);
        Assert.Equal(("device/cam-01", "device-will"), (gone.GetProperty("leaf").GetProperty("subject").GetString(), Body(gone).GetProperty("reason").GetString()));
        Assert.False(Body(gone).TryGetProperty("to", out _));
        var shown = await station.RunAsync("device", "list", "--lang", "zh");
        Assert.Contains("离线", shown.Output, StringComparison.Ordinal);

        // What it showed last gets no newer by itself: not the time since when it is gone, nor an entry about it.
        var stopped = await station.AskAsync("device", "show", "cam-01");
        var about = (await station.EntriesAsync()).Count(IsOfCamera);
        await station.AskAsync("ledger", "checkpoint");
        Assert.Equal(stopped.ToString(), (await station.AskAsync("device", "show", "cam-01")).ToString());
        Assert.Equal(about, (await station.EntriesAsync()).Count(IsOfCamera));

        using var again = await SignInAsync(station, secret);
        JsonElement back;
        do back = (await station.EntriesAsync()).Last(IsGap);
        while (!Body(back).TryGetProperty("to", out _));
        Assert.Equal(Body(gone).GetProperty("from").GetString(), Body(back).GetProperty("from").GetString());
        await station.AssertVerifiesAsync();
    }

    /// <summary>A folder with one profile, a camera that may be silent for a second.</summary>
    static string BriskProfiles(E2eStation station)
    {
        var folder = Directory.CreateDirectory(station.Beside("profiles")).FullName;
        var text = File.ReadAllText(Path.Combine(E2ePrograms.Root, "device-profiles", "camera-mqtt.yaml"));
        File.WriteAllText(
            Path.Combine(folder, "brisk.yaml"),
            text.Replace("id: camera-mqtt", "id: brisk", StringComparison.Ordinal).Replace("silence: 10m", "silence: 1s", StringComparison.Ordinal));
        return folder;
    }

    static async Task<MqttSocket> SignInAsync(E2eStation station, string secret)
    {
        var socket = await MqttSocket.OpenAsync(station.Gateway.MqttPort);
        await socket.SendAsync(MqttPackets.Connect("cam-01", secret: secret, flags: 0xC6, will: ("edgegw/v1/cam-01/status", "gone")));
        Assert.Equal(0, (await socket.ReceiveAsync())!.Body[1]);
        return socket;
    }

    static bool IsOfCamera(JsonElement entry) => entry.GetProperty("leaf").TryGetProperty("subject", out var subject) && subject.GetString() == "device/cam-01";

    static bool IsGap(JsonElement entry) => entry.GetProperty("leaf").GetProperty("kind").GetString() == "gap";

    static JsonElement Body(JsonElement entry) => entry.GetProperty("leaf").GetProperty("body");
}
