using System.Text;
using System.Text.Json.Nodes;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>Profiles edited while the gateway runs.</summary>
public sealed class ProfileApplyTests
{
    [Trait("Ask", "Unchanged devices untouched on reload")]
    [Fact]
    public async Task Edited_profiles_hold_from_the_next_message_and_no_device_reconnects_that_need_not()
    {
        await using var station = await StartAsync();
        using var camera = await SignInAsync(station, "cam-01", "camera-mqtt");
        using var dock = await SignInAsync(station, "dock-01", "recorder-dock-mqtt");
        Edit(station, "camera-mqtt", "revision: 1", "revision: 2");
        Edit(station, "camera-mqtt", "edgegw/v1/{device}/event/{name}", "vendor/{device}/shot/{name}");

        var rehearsed = await station.AskAsync("profile", "apply", "--dry-run");
        Assert.Empty(DocsSchema.Of("profile-apply").Errors(JsonNode.Parse(rehearsed.GetRawText())));
        Assert.False(rehearsed.GetProperty("applied").GetBoolean());
        Assert.Equal(
            ("cam-01", "kept"),
            (rehearsed.GetProperty("devices")[0].GetProperty("device").GetString(), rehearsed.GetProperty("devices")[0].GetProperty("effect").GetString()));
        Assert.Equal(1, rehearsed.GetProperty("unaffected").GetInt32());
        await PublishAsync(camera, "edgegw/v1/cam-01/event/capture", 1);

        var applied = await station.AskAsync("profile", "apply");
        Assert.True(applied.GetProperty("applied").GetBoolean());
        var entry = await station.AskAsync("evidence", "show", applied.GetProperty("index").GetRawText());
        Assert.Contains("\"event\": \"profiles\"", entry.GetRawText(), StringComparison.Ordinal);

        // The same connections: what each publishes next is under the rules in force.
        await PublishAsync(camera, "vendor/cam-01/shot/capture", 2);
        await PublishAsync(dock, "edgegw/v1/dock-01/event/upload", 3);
        var items = await station.EvidenceAsync("--device", "cam-01");
        var shown = await Task.WhenAll(items.Select(item => station.AskAsync("evidence", "show", item.GetProperty("index").GetRawText())));
        Assert.Equal([1, 2], shown.Select(item => item.GetProperty("leaf").GetProperty("body").GetProperty("profile").GetProperty("revision").GetInt32()));
        Assert.False((await station.AskAsync("profile", "apply")).GetProperty("applied").GetBoolean());
        Assert.Equal(0, await station.Gateway.StopAsync());

        // A command while it is stopped knows the profiles as the last start's.
        Assert.DoesNotContain("camera-mqtt", (await station.RunAsync("device", "list")).Error, StringComparison.Ordinal);
        await station.AssertVerifiesAsync();
    }

    [Fact]
    public async Task A_device_that_was_told_another_limit_signs_in_again_and_loses_nothing()
    {
        await using var station = await StartAsync();
        var secret = await station.AddDeviceAsync("cam-01");
        using var before = await E2eMqtt.SignInAsync(station.Gateway.MqttPort, "cam-01", secret);
        Edit(station, "camera-mqtt", "maximumSize: 4 MiB", "maximumSize: 5 MiB");

        var applied = await station.RunAsync("profile", "apply", "--lang", "en");
        Assert.Contains("reconnects", applied.Output, StringComparison.Ordinal);
        Assert.Contains("revision 1", applied.Output, StringComparison.Ordinal);

        // Not acknowledged, so that it is sent again.
        await before.SendAsync(MqttPackets.Publish("edgegw/v1/cam-01/event/capture", "{}"u8.ToArray(), id: 1));
        Assert.Null(await before.ReceiveAsync());
        using var again = await E2eMqtt.SignInAsync(station.Gateway.MqttPort, "cam-01", secret);
        await PublishAsync(again, "edgegw/v1/cam-01/event/capture", 1);
        Assert.Single(await station.EvidenceAsync("--device", "cam-01"));
    }

    [Trait("Ask", "Config typo names the line, keeps old config")]
    [Fact]
    public async Task A_broken_file_is_named_with_its_line_and_the_old_profiles_stay_in_force()
    {
        await using var station = await StartAsync();
        using var camera = await SignInAsync(station, "cam-01", "camera-mqtt");
        Edit(station, "camera-mqtt", "format: auto", "fromat: auto");

        var refused = await station.RunAsync("profile", "apply");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("camera-mqtt.yaml", refused.Error, StringComparison.Ordinal);
        Assert.Contains("line 15, column 5", refused.Error, StringComparison.Ordinal);
        await PublishAsync(camera, "edgegw/v1/cam-01/event/capture", 1);

        File.Delete(Path.Combine(station.Beside("profiles"), "camera-mqtt.yaml"));
        var stranding = await station.RunAsync("profile", "apply");
        Assert.Equal(1, stranding.ExitCode);
        Assert.Contains("cam-01", stranding.Error, StringComparison.Ordinal);
        await PublishAsync(camera, "edgegw/v1/cam-01/event/capture", 2);
    }

    static async Task<E2eStation> StartAsync()
    {
        var station = new E2eStation();
        Directory.CreateDirectory(station.Beside("profiles"));
        foreach (var file in Directory.GetFiles(Path.Combine(DocsFolder.Root, "device-profiles"), "*.yaml"))
        {
            File.Copy(file, Path.Combine(station.Beside("profiles"), Path.GetFileName(file)));
        }

        await station.StartAsync($"--Gateway:Profiles={station.Beside("profiles")}");
        return station;
    }

    static async Task<MqttSocket> SignInAsync(E2eStation station, string id, string profile) =>
        await E2eMqtt.SignInAsync(station.Gateway.MqttPort, id, await station.AddDeviceAsync(id, profile));

    static Task PublishAsync(MqttSocket socket, string topic, ushort id) => socket.PublishAsync(topic, Encoding.UTF8.GetBytes(E2eMqtt.Event($"e-{id}")), id);

    static void Edit(E2eStation station, string profile, string old, string edited)
    {
        var path = Path.Combine(station.Beside("profiles"), $"{profile}.yaml");
        var text = File.ReadAllText(path);
        Assert.Contains(old, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(old, edited, StringComparison.Ordinal));
    }
}
