using System.Text.Json;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>Who is not registered.</summary>
public sealed class StrangerTests
{
    [Fact]
    public async Task Who_tries_to_sign_in_is_sealed_counted_and_listed_and_never_becomes_a_device()
    {
        await using var station = await E2eStation.StartedAsync();
        await station.AddDeviceAsync("cam-01");
        for (var n = 0; n < 30; n++) await TryAsync(station, "cam-99", "guess");
        await TryAsync(station, "cam-01", "guess");
        await TryAsync(station, "My Password", "guess");

        List<JsonElement> sources;
        do sources = [.. (await station.AskAsync("device", "strangers")).EnumerateArray()];
        while (sources.Sum(source => source.GetProperty("count").GetInt32()) < 32);

        Assert.Equal(
            [("cam-01", "wrong-credential", 1), ("cam-99", "unknown-device", 30), (null, "unknown-device", 1)],
            sources.Select(source => (source.GetProperty("claimed").GetString(), source.GetProperty("reason").GetString(), source.GetProperty("count").GetInt32())).OrderBy(source => source.Item1 ?? "z"));
        Assert.All(sources, source => Assert.Equal("127.0.0.1", source.GetProperty("address").GetString()));

        // Twenty have an entry of their own; none is the device's, and what looked like a password is nowhere.
        var refusals = (await station.EvidenceAsync("--kind", "quarantine")).ToList();
        Assert.Equal(20, refusals.Count);
        Assert.All(refusals, refusal => Assert.Equal(JsonValueKind.Null, refusal.GetProperty("device").ValueKind));
        var first = await station.AskAsync("evidence", "show", refusals[0].GetProperty("index").GetRawText());
        Assert.Equal(("cam-99", "127.0.0.1"), (first.GetProperty("private").GetProperty("claimed").GetString(), first.GetProperty("private").GetProperty("address").GetString()));
        Assert.Equal("cam-01", Assert.Single((await station.AskAsync("device", "list")).EnumerateArray()).GetProperty("id").GetString());
        var shown = await station.RunAsync("device", "strangers", "--lang", "zh");
        Assert.Contains("未登记设备", shown.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("My Password", shown.Output + station.Gateway.Log, StringComparison.Ordinal);

        Assert.Equal(0, await station.Gateway.StopAsync());
        var stopped = await station.RunAsync("device", "strangers");
        Assert.Equal(1, stopped.ExitCode);
        await station.AssertVerifiesAsync();
    }

    static async Task TryAsync(E2eStation station, string name, string secret)
    {
        using var socket = await MqttSocket.OpenAsync(station.Gateway.MqttPort);
        await socket.SendAsync(MqttPackets.Connect(name, secret: secret));
        Assert.NotEqual(0, (await socket.ReceiveAsync())!.Body[1]);
    }
}
