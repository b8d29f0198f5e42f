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

    [Fact]
    public async Task What_a_camera_sent_before_two_rotations_is_exported_with_its_later_review_and_believed_by_the_key_of_either_end()
    {
        await using var station = await E2eStation.StartedAsync("--Gateway:Origin=station-01.example");
        var secret = await station.AddDeviceAsync("cam-01");
        await File.WriteAllBytesAsync(station.Beside("event.json"), Encoding.UTF8.GetBytes(E2eMqtt.Event("first-1")));
        Assert.Equal(0, (await E2eMqtt.MosquittoAsync(station.Gateway.MqttPort, "cam-01", secret, "edgegw/v1/cam-01/event/capture", station.Beside("event.json"))).ExitCode);
        var index = $"{(await station.EvidenceAsync()).Single().GetProperty("index").GetInt64()}";
        Assert.Equal(0, await station.Gateway.StopAsync());
        var key = await File.ReadAllTextAsync(station.File("keys", "ledger.vkey"));
        await station.AskAsync("ledger", "rotate", "--reason", "new year");
        await station.AskAsync("evidence", "review", index, "--result", "passed", "--reason", "清晰", "--log", "station-01.example");
        await station.AskAsync("ledger", "rotate", "--reason", "another");
        await station.StartAsync();
        var bag = station.Beside("bag");

        await station.AskAsync("evidence", "export", index, "--log", "station-01.example", "--out", bag, "--case", "77", "--reason", "hearing");

        Assert.Equal(0, await station.Gateway.StopAsync());
        var script = await ExportedBag.RunScriptAsync(bag);
        Assert.True(script.ExitCode == 0, script.ToString());
        foreach (var (trusted, sentence) in ((string, string)[])[(key, "全部通过"), (await File.ReadAllTextAsync(station.File("keys", "ledger.vkey")), "station-01.example/3 的密钥")])
        {
            File.WriteAllText(station.Beside("policy"), $"log {trusted.Trim()}\nquorum none\n");
            var verified = await station.RunAsync("evidence", "verify", bag, "--policy", station.Beside("policy"), "--lang", "zh");
            Assert.True(verified.ExitCode == 0, verified.ToString());
            Assert.Contains(sentence, verified.Output, StringComparison.Ordinal);
            Assert.Contains("审核通过；截至导出", verified.Output, StringComparison.Ordinal);
        }

        await station.AssertVerifiesAsync("--objects");
    }
}
