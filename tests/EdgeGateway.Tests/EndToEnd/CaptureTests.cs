using System.IO.Ports;
using System.Text;
using System.Text.Json.Nodes;
using EdgeGateway.Simulators.Hj212;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>What a wire carried, kept by <c>serve --capture</c> and replayed by <c>profile test</c>.</summary>
public sealed class CaptureTests
{
    const string Mn = "010000A8900016F000169DC0";

    [Fact]
    public async Task What_devices_sent_is_kept_and_replayed_as_it_was_understood()
    {
        await using var station = new E2eStation();
        using var line = await SocatPair.StartAsync(station.Beside("gateway"), station.Beside("device"));
        await station.StartAsync("--capture", station.Beside("captured"));
        using var camera = await E2eMqtt.SignInAsync(station.Gateway.MqttPort, "cam-01", await station.AddDeviceAsync("cam-01"));
        await camera.PublishAsync("edgegw/v1/cam-01/event/capture", Encoding.UTF8.GetBytes(E2eMqtt.Event("e-1")), 1);
        await camera.PublishAsync("edgegw/v1/cam-01/event/a/b", "{}"u8.ToArray(), 2);
        await camera.PublishAsync("edgegw/v1/cam-01/status", """{"deviceTime":"2026-11-20T08:00:00+08:00","firmware":"2.4.1"}"""u8.ToArray(), 3);
        await station.AskAsync("device", "add", "--id", "analyser-01", "--profile", "hj212-serial", "--line", station.Beside("gateway"), "--mn", Mn);
        using var port = new SerialPort(station.Beside("device"), 9600);
        port.Open();
        var frame = new Hj212Frame(
            [("QN", "20261120080000001"), ("ST", "31"), ("CN", "2011"), ("PW", "Zq7Kx9"), ("MN", Mn), ("Flag", "5")], "DataTime=20261120080000;a34004-Rtd=50.1,a34004-Flag=N").Encode();
        await port.BaseStream.WriteAsync((byte[])[.. "xx"u8, .. frame]);
        await port.BaseStream.ReadExactlyAsync(new byte[1], MqttDeadline.Token);
        Assert.Equal(0, await station.Gateway.StopAsync());

        var messages = await station.RunAsync("profile", "test", "camera-mqtt", Path.Combine(station.Beside("captured"), "mqtt-cam-01.jsonl"), "--json");
        Assert.Equal(1, messages.ExitCode);
        Assert.Empty(DocsSchema.Of("profile-test").Errors(JsonNode.Parse(messages.Output)));
        var pieces = messages.Json.GetProperty("pieces").EnumerateArray().ToList();
        Assert.Equal(["understood", "no-rule", "understood"], pieces.Select(piece => piece.GetProperty("verdict").GetString()));
        Assert.Equal(("capture", "e-1"), (pieces[0].GetProperty("message").GetString(), pieces[0].GetProperty("eventId").GetString()));
        Assert.Equal("2.4.1", pieces[2].GetProperty("fields").GetProperty("firmware").GetString());

        var raw = Assert.Single(Directory.GetFiles(station.Beside("captured"), "line-*.bin"));
        Assert.Equal((byte[])[(byte)'x', (byte)'x', .. frame], await File.ReadAllBytesAsync(raw));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(raw));
        var shown = await station.RunAsync("profile", "test", "hj212-serial", raw, "--lang", "en");
        Assert.Contains("2  understood  realtime", shown.Output, StringComparison.Ordinal);
        Assert.Contains("understands 1 of 2 pieces", shown.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Zq7Kx9", shown.Output, StringComparison.Ordinal);

        var other = await station.RunAsync("profile", "test", "camera-mqtt", raw);
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("line 1", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_capture_that_can_not_be_written_stops_nothing()
    {
        await using var station = new E2eStation();
        Directory.CreateDirectory(Path.Combine(station.Beside("captured"), "mqtt-cam-01.jsonl"));
        await station.StartAsync("--capture", station.Beside("captured"));
        using var camera = await E2eMqtt.SignInAsync(station.Gateway.MqttPort, "cam-01", await station.AddDeviceAsync("cam-01"));

        await camera.PublishManyAsync("cam-01", "e", 3);

        Assert.Equal(3, (await station.EvidenceAsync()).Count);
        Assert.Equal(0, await station.Gateway.StopAsync());
        Assert.Single(station.Gateway.Log.Split('\n'), text => text.Contains("mqtt-cam-01.jsonl has ended", StringComparison.Ordinal));
    }
}
