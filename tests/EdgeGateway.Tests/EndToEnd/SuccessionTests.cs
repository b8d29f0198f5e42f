using System.Text;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>Rotating, backing up and replacing a box, as docs/operations.md has it.</summary>
public sealed class SuccessionTests
{
    [Fact]
    public async Task A_device_signs_in_after_a_rotation_and_both_logs_verify()
    {
        await using var station = await E2eStation.StartedAsync();
        var secret = await station.AddDeviceAsync("cam-01");
        var file = station.Beside("event.json");
        await File.WriteAllTextAsync(file, E2eMqtt.Event("first"));
        Assert.Equal(0, (await PublishAsync(station, secret, file)).ExitCode);
        var refused = await station.RunAsync("ledger", "rotate", "--reason", "new year");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("stop it", refused.Error, StringComparison.Ordinal);

        Assert.Equal(0, await station.Gateway.StopAsync());
        var dry = await station.AskAsync("ledger", "rotate", "--reason", "new year", "--dry-run");
        Assert.True(dry.GetProperty("dryRun").GetBoolean());
        var rotated = await station.AskAsync("ledger", "rotate", "--reason", "new year");
        foreach (var answer in (System.Text.Json.JsonElement[])[dry, rotated])
            Assert.Empty(DocsSchema.Of("ledger-rotate").Errors(System.Text.Json.Nodes.JsonNode.Parse(answer.GetRawText())));

        await station.StartAsync();
        Assert.Equal(rotated.GetProperty("origin").GetString(), station.Gateway.Ready.GetProperty("origin").GetString());
        Assert.Equal(0, (await PublishAsync(station, secret, file)).ExitCode);
        await File.WriteAllTextAsync(file, E2eMqtt.Event("second"));
        Assert.Equal(0, (await PublishAsync(station, secret, file)).ExitCode);

        var rows = await station.EvidenceAsync();
        Assert.Equal(["first", "second"], rows.Select(row => row.GetProperty("eventId").GetString()));
        Assert.Equal(2, rows.Select(row => row.GetProperty("origin").GetString()).Distinct().Count());
        var closed = rows[0].GetProperty("origin").GetString()!;
        var index = rows[0].GetProperty("index").GetInt64().ToString(System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal("first", (await station.AskAsync("evidence", "show", index, "--log", closed)).GetProperty("eventId").GetString());
        await station.AssertVerifiesAsync("--objects");
        var verified = await station.VerifyAsync("--objects");
        Assert.Empty(DocsSchema.Of("ledger-verify").Errors(System.Text.Json.Nodes.JsonNode.Parse(verified.Output)));
    }

    [Fact]
    public async Task A_box_that_breaks_is_replaced_from_a_backup_taken_under_load()
    {
        await using var station = await E2eStation.StartedAsync("--Gateway:Origin=station-01.example");
        var paper = station.Beside("paper");
        File.Copy(station.File("keys", "recovery.key"), paper);
        var secret = await station.AddDeviceAsync("cam-01");
        using (var device = await E2eMqtt.SignInAsync(station.Gateway.MqttPort, "cam-01", secret))
        {
            await device.PublishAsync("edgegw/v1/cam-01/event/capture", Encoding.UTF8.GetBytes(E2eMqtt.Event("large", padding: 40_000)));
            var load = device.PublishManyAsync("cam-01", "event", 5000);
            await station.AskAsync("backup", station.Beside("backup"));
            await station.AskAsync("backup", station.Beside("backup"));
            await load;
        }

        station.Gateway.Kill();
        var verified = await station.AskAsync("backup", "--verify", station.Beside("backup"));
        Assert.True(verified.GetProperty("ok").GetBoolean());

        await using var box = new E2eStation { Data = station.Beside("new") };
        var dry = await box.AskAsync("restore", station.Beside("backup"));
        Assert.True(dry.GetProperty("dryRun").GetBoolean());
        Assert.False(Directory.Exists(box.Data));
        var restored = await box.AskAsync("restore", station.Beside("backup"), "--successor", "--recovery-key", paper);
        foreach (var answer in (System.Text.Json.JsonElement[])[dry, restored])
            Assert.Empty(DocsSchema.Of("restore").Errors(System.Text.Json.Nodes.JsonNode.Parse(answer.GetRawText())));

        await box.StartAsync();
        var file = station.Beside("event.json");
        await File.WriteAllTextAsync(file, E2eMqtt.Event("on the new box"));
        Assert.Equal(0, (await PublishAsync(box, secret, file)).ExitCode);
        await box.AssertVerifiesAsync("--objects");
        var large = Assert.Single(await box.EvidenceAsync(), row => row.GetProperty("eventId").GetString() == "large");

        // Its log ended with a backup: the paper's key alone says what goes on from it.
        var bag = station.Beside("bag");
        await box.AskAsync("evidence", "export", $"{large.GetProperty("index").GetInt64()}", "--log", "station-01.example", "--out", bag, "--case", "77", "--reason", "hearing");
        var script = await ExportedBag.RunScriptAsync(bag);
        Assert.True(script.ExitCode == 0, script.ToString());
        File.WriteAllText(station.Beside("policy"), $"log {File.ReadAllText(station.File("keys", "ledger.vkey")).Trim()}\nquorum none\n");
        var checkedBag = await box.RunAsync("evidence", "verify", bag, "--policy", station.Beside("policy"), "--lang", "en");
        Assert.True(checkedBag.ExitCode == 0 && checkedBag.Output.Contains("the endorsement alone proves", StringComparison.Ordinal), checkedBag.ToString());
    }

    static Task<E2eResult> PublishAsync(E2eStation station, string secret, string file) =>
        E2eMqtt.MosquittoAsync(station.Gateway.MqttPort, "cam-01", secret, "edgegw/v1/cam-01/event/capture", file);
}
