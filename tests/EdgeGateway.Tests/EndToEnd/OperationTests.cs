using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>What whoever looks after a gateway does to it, right and wrong.</summary>
public sealed partial class OperationTests
{
    [Fact]
    public async Task A_second_gateway_on_the_same_data_directory_is_refused_and_told_who_has_it()
    {
        await using var station = await E2eStation.StartedAsync();
        var first = station.Gateway;

        var second = station.Launch();
        Assert.Equal(1, await second.WaitForExitAsync());

        Assert.Contains(station.Data, second.Log, StringComparison.Ordinal);
        Assert.Contains($"process {first.Pid}", second.Log, StringComparison.Ordinal);
        Assert.True((await station.AskAsync("status")).GetProperty("running").GetBoolean());
    }

    [Fact]
    public async Task All_wrong_settings_are_named_at_once_and_nothing_is_opened()
    {
        await using var station = new E2eStation();

        var gateway = station.Launch(
            "--Gateway:TimeZone=Mars/Olympus", "--Ledger:QueueLength=1", "--Ledger:SegmentBytes=many", "--Mqtt:PlainPort=70000", "--Mqtt:SealWaitSeconds=0",
            "--Ingest:ObservationInterval=00:00:00", "--Serial:MaximumPending=0", "--Ledger:Colour=red");
        Assert.Equal(2, await gateway.WaitForExitAsync());

        string[] named =
        [
            "Gateway:TimeZone", "Ledger:QueueLength", "Ledger:SegmentBytes", "Mqtt:PlainPort", "Mqtt:SealWaitSeconds", "Ingest:ObservationInterval",
            "Serial:MaximumPending", "Ledger:Colour",
        ];
        Assert.All(named, name => Assert.Contains(name, gateway.Log, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", gateway.Log, StringComparison.Ordinal);
        Assert.False(Directory.Exists(station.File("ledger")));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named_and_leaves_no_gap_behind()
    {
        await using var station = await E2eStation.StartedAsync();
        await using var other = new E2eStation();

        var second = other.Launch($"--Mqtt:PlainPort={station.Gateway.MqttPort}");
        Assert.Equal(1, await second.WaitForExitAsync());
        Assert.Contains($":{station.Gateway.MqttPort}", second.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", second.Log, StringComparison.Ordinal);

        await other.StartAsync();
        Assert.DoesNotContain(await other.EntriesAsync(), entry => entry.GetProperty("kind").GetString() == "gap");
    }

    [Fact]
    public async Task Check_and_status_show_the_ports_of_the_gateway_that_runs_and_not_those_of_the_settings()
    {
        await using var station = await E2eStation.StartedAsync();
        var (mqtt, http) = (station.Gateway.MqttPort, station.Gateway.HttpPort);

        var ports = (await station.RunAsync("check", "--lang", "en")).Output.Split('\n').Single(line => line.Contains(" ports ", StringComparison.Ordinal));

        Assert.Contains($"MQTT port {mqtt} (127.0.0.1), with TLS on off, and on http://127.0.0.1:{http}", ports, StringComparison.Ordinal);
        var status = await station.AskAsync("status");
        Assert.Equal(mqtt, status.GetProperty("ports").GetProperty("mqtt").GetInt32());
        Assert.Empty(DocsSchema.Of("status").Errors(System.Text.Json.Nodes.JsonNode.Parse(status.GetRawText())));
    }

    [Fact]
    public async Task Without_the_plain_port_the_gateway_runs_all_the_same()
    {
        await using var station = await E2eStation.StartedAsync("--Mqtt:PlainPort=off");
        Assert.Equal(0, station.Gateway.MqttPort);
        Assert.Contains("MQTT port off", (await station.RunAsync("check")).Output, StringComparison.Ordinal);
        Assert.True((await station.AskAsync("status")).GetProperty("running").GetBoolean());
        Assert.Equal(0, await station.Gateway.StopAsync());
        Assert.False((await station.AskAsync("status")).GetProperty("running").GetBoolean());
        Assert.Equal(0, (await station.RunAsync("status")).ExitCode);
    }

    [Fact]
    public async Task Wrong_usage_ends_with_2_and_what_is_not_there_with_1()
    {
        await using var station = new E2eStation();
        Assert.Equal(2, (await station.RunAsync("evidence", "lost")).ExitCode);
        Assert.Equal(2, (await station.RunAsync("device", "add", "--id", "cam-01")).ExitCode);
        var none = await station.RunAsync("evidence", "list");
        Assert.Equal(1, none.ExitCode);
        Assert.Contains(station.Data, none.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(station.Data));

        await station.StartAsync();
        Assert.Equal(1, (await station.RunAsync("evidence", "show", "100000")).ExitCode);
        Assert.Equal(2, (await station.RunAsync("device", "add", "--id", "Cam 01", "--profile", "camera-mqtt")).ExitCode);
        Assert.Equal(2, (await station.RunAsync("device", "add", "--id", "cam-01", "--profile", "camera-mqtt", "--line", "/dev/ttyS0", "--mn", "1")).ExitCode);
        Assert.Equal(2, (await station.RunAsync("device", "add", "--id", "cam-01", "--profile", "none")).ExitCode);
        await station.AddDeviceAsync("cam-01");
        var twice = await station.RunAsync("device", "add", "--id", "cam-01", "--profile", "camera-mqtt");
        Assert.True(twice is { ExitCode: 1, Output: "" }, twice.ToString());
    }

    [Fact]
    public async Task Views_that_were_deleted_come_back_the_same_and_a_command_sees_all_that_was_acknowledged()
    {
        await using var station = await E2eStation.StartedAsync();
        var secret = await station.AddDeviceAsync("cam-01");
        using (var device = await E2eMqtt.SignInAsync(station.Gateway.MqttPort, "cam-01", secret, version5: true))
        {
            for (var round = 1; round <= 3; round++)
            {
                await device.PublishManyAsync("cam-01", $"round-{round}", 400);
                Assert.Equal(400 * round, (await station.EvidenceAsync()).Count);
            }
        }

        var evidence = await TextAsync(station, "evidence", "list");
        var devices = await DevicesAsync(station);
        Assert.Equal(0, await station.Gateway.StopAsync());
        Directory.Delete(station.File("views"), recursive: true);

        Assert.Equal(evidence, await TextAsync(station, "evidence", "list"));
        Directory.Delete(station.File("views"), recursive: true);
        await station.StartAsync();
        Assert.Equal(evidence, await TextAsync(station, "evidence", "list"));
        Assert.Equal(devices, await DevicesAsync(station));

        Assert.Equal(0, (await station.RunAsync("rebuild")).ExitCode);
        Assert.Equal(evidence, await TextAsync(station, "evidence", "list"));
        Assert.Equal(devices, await DevicesAsync(station));
        using var again = await E2eMqtt.SignInAsync(station.Gateway.MqttPort, "cam-01", secret);
        await again.PublishAsync("edgegw/v1/cam-01/event/capture", Encoding.UTF8.GetBytes(E2eMqtt.Event("last")));
        Assert.Equal(1201, (await station.EvidenceAsync()).Count);
    }

    /// <summary>Without what only the running gateway knows.</summary>
    static async Task<string> DevicesAsync(E2eStation station) => Connection().Replace(await TextAsync(station, "device", "list"), "");

    [GeneratedRegex("\"connection(Since)?\":[^,]*,")]
    private static partial Regex Connection();

    static async Task<string> TextAsync(E2eStation station, params string[] arguments) => JsonSerializer.Serialize(await station.AskAsync(arguments));
}
