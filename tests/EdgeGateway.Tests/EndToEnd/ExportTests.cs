using System.Text;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>From the running gateway to a folder that others check.</summary>
public sealed class ExportTests
{
    [Fact]
    public async Task What_a_camera_sent_is_exported_while_the_gateway_runs_and_checked_without_it()
    {
        await using var station = await E2eStation.StartedAsync("--Gateway:Origin=station-01.example", "--Evidence:Sm3=true");
        var secret = await station.AddDeviceAsync("cam-01");
        await File.WriteAllBytesAsync(station.Beside("event.json"), Encoding.UTF8.GetBytes(E2eMqtt.Event("first-1")));
        Assert.Equal(0, (await E2eMqtt.MosquittoAsync(station.Gateway.MqttPort, "cam-01", secret, "edgegw/v1/cam-01/event/capture", station.Beside("event.json"))).ExitCode);
        var index = (await station.EvidenceAsync()).Single().GetProperty("index").GetInt64();
        var bag = station.Beside("bag");

        var exported = await station.AskAsync("evidence", "export", $"{index}", "--out", bag, "--case", "77", "--reason", "hearing");
        var again = await station.RunAsync("evidence", "export", $"{index}", "--out", bag, "--case", "77", "--reason", "hearing");
        Assert.Equal(0, await station.Gateway.StopAsync());

        Assert.True(exported.GetProperty("items")[0].GetProperty("sm3Sealed").GetBoolean());
        Assert.Equal(2, again.ExitCode);
        var script = await ExportedBag.RunScriptAsync(bag);
        Assert.True(script.ExitCode == 0, script.ToString());
        var alone = await station.RunAsync("evidence", "verify", bag, "--lang", "en");
        Assert.Equal(1, alone.ExitCode);
        Assert.Contains("self-consistent only", alone.Output, StringComparison.Ordinal);
        File.WriteAllText(station.Beside("policy"), $"log {File.ReadAllText(station.File("keys", "ledger.vkey")).Trim()}\nquorum none\n");
        var trusted = await station.RunAsync("evidence", "verify", bag, "--policy", station.Beside("policy"), "--lang", "zh");
        Assert.True(trusted.ExitCode == 0, trusted.ToString());
        Assert.Contains("其中 1 条未经审核", trusted.Output.Trim().Split('\n')[^1], StringComparison.Ordinal);
        File.WriteAllText(station.Beside("policy"), "witness w x\n");
        Assert.Equal(2, (await station.RunAsync("evidence", "verify", bag, "--policy", station.Beside("policy"))).ExitCode);
    }
}
