using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>From a device's first message to a proof that stands by itself, with the programs as they are installed.</summary>
public sealed class FirstLightTests
{
    /// <summary>The smallest that begins and ends as a JPEG does.</summary>
    static readonly byte[] Picture = [0xFF, 0xD8, 0xFF, 0xE0, 0, 16, .. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 0, 0, .. new byte[2000], 0xFF, 0xD9];

    static readonly byte[] Event = Encoding.UTF8.GetBytes(E2eMqtt.Event("first-1"));

    [Fact]
    public async Task What_mosquitto_publishes_is_listed_shown_and_proven_while_the_gateway_runs_and_after()
    {
        await using var station = await E2eStation.StartedAsync("--Gateway:Origin=station-01.example");
        var secret = await station.AddDeviceAsync("cam-01");
        var before = DateTimeOffset.UtcNow;
        await PublishAsync(station, secret, "picture.jpg", Picture, "5");
        await PublishAsync(station, secret, "event.json", Event, "311");

        await AssertEvidenceAsync(station, before);
        Assert.Equal(0, await station.Gateway.StopAsync());
        await AssertEvidenceAsync(station, before);
    }

    [Theory]
    [InlineData("en", "There is none.")]
    [InlineData("zh", "没有符合的条目。")]
    public async Task A_list_with_nothing_in_it_says_so(string language, string sentence)
    {
        await using var station = await E2eStation.StartedAsync();
        foreach (var list in (string[][])[["evidence", "list"], ["device", "list"]])
        {
            var listed = await station.RunAsync([.. list, "--lang", language]);
            Assert.Equal((0, sentence), (listed.ExitCode, listed.Output.Trim()));
        }
    }

    [Fact]
    public async Task What_is_printed_to_a_script_is_one_line_of_json_with_the_ports_and_the_key()
    {
        await using var station = await E2eStation.StartedAsync("--Gateway:Origin=station-01.example");
        var ready = station.Gateway.Ready;

        Assert.True(ready.GetProperty("ready").GetBoolean());
        Assert.Equal("station-01.example", ready.GetProperty("origin").GetString());
        Assert.StartsWith("station-01.example+", ready.GetProperty("key").GetString());
        Assert.Equal(station.File("gateway.sock"), ready.GetProperty("socket").GetString());
        Assert.Equal((UnixFileMode)0b110_110_000, File.GetUnixFileMode(station.File("gateway.sock")));
        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(station.File("keys", "ledger.key")));
        Assert.Equal(0, await station.Gateway.StopAsync());
    }

    [Fact]
    public async Task A_first_start_says_once_where_the_recovery_key_is()
    {
        await using var station = await E2eStation.StartedAsync("--Gateway:Origin=station-01.example");
        Assert.Contains("recovery key", station.Gateway.Log, StringComparison.Ordinal);
        Assert.Equal(0, await station.Gateway.StopAsync());
        await station.StartAsync();
        Assert.DoesNotContain("recovery key", station.Gateway.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_with_a_wrong_secret_is_not_let_in_and_an_old_secret_is_dead()
    {
        await using var station = await E2eStation.StartedAsync("--Gateway:Origin=station-01.example");
        var old = await station.AddDeviceAsync("cam-01");
        var fresh = (await station.AskAsync("device", "credential", "cam-01")).GetProperty("secret").GetString()!;
        await File.WriteAllBytesAsync(station.Beside("event.json"), Event);

        var refused = await E2eMqtt.MosquittoAsync(station.Gateway.MqttPort, "cam-01", old, "edgegw/v1/cam-01/event/capture", station.Beside("event.json"));
        Assert.NotEqual(0, refused.ExitCode);
        await PublishAsync(station, fresh, "event.json", Event, "5");

        Assert.Single(await station.EvidenceAsync("--kind", "evidence"));
        Assert.Equal(0, await station.Gateway.StopAsync());
        Assert.DoesNotContain(fresh, Everything(station), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_that_was_added_before_the_first_start_leaves_no_gap()
    {
        await using var other = new E2eStation();
        var secret = await other.AddDeviceAsync("cam-09");
        await other.StartAsync();
        using var device = await E2eMqtt.SignInAsync(other.Gateway.MqttPort, "cam-09", secret);
        await device.PublishAsync("edgegw/v1/cam-09/event/capture", Event);

        Assert.Equal(["genesis", "device", "gateway", "evidence"], (await other.EntriesAsync()).Select(entry => entry.GetProperty("kind").GetString()));
    }

    static async Task PublishAsync(E2eStation station, string secret, string name, byte[] bytes, string version)
    {
        var file = station.Beside(name);
        await File.WriteAllBytesAsync(file, bytes);
        var published = await E2eMqtt.MosquittoAsync(station.Gateway.MqttPort, "cam-01", secret, "edgegw/v1/cam-01/event/capture", file, version);
        Assert.True(published.ExitCode == 0, published.ToString());
    }

    static async Task AssertEvidenceAsync(E2eStation station, DateTimeOffset before)
    {
        var items = await station.EvidenceAsync("--device", "cam-01");
        Assert.Equal(2, items.Count);
        AssertItem(items[0], Picture, "image/jpeg", before);
        AssertItem(items[1], Event, "application/json", before);
        Assert.Equal("first-1", items[1].GetProperty("eventId").GetString());
        Assert.Equal("2026-11-20T00:00:00.000000Z", items[1].GetProperty("capturedAt").GetString());
        Assert.Equal("ok", items[1].GetProperty("parse").GetString());

        foreach (var (item, bytes) in items.Zip([Picture, Event]))
        {
            var index = item.GetProperty("index").GetInt64().ToString(System.Globalization.CultureInfo.InvariantCulture);
            await AssertShownAsync(station, index, bytes);
            await AssertProvenAsync(station, index);
        }

        await station.AssertVerifiesAsync("--objects");
    }

    static void AssertItem(JsonElement item, byte[] bytes, string mediaType, DateTimeOffset before)
    {
        Assert.Equal("station-01.example", item.GetProperty("origin").GetString());
        Assert.Equal("cam-01", item.GetProperty("device").GetString());
        Assert.Equal("evidence", item.GetProperty("kind").GetString());
        Assert.Equal("camera-mqtt", item.GetProperty("profile").GetString());
        Assert.Equal("capture", item.GetProperty("message").GetString());
        Assert.Equal(mediaType, item.GetProperty("contentType").GetString());
        Assert.Equal(bytes.Length, item.GetProperty("size").GetInt64());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), item.GetProperty("sha256").GetString());
        Assert.Equal("mqtt", item.GetProperty("wire").GetString());
        Assert.InRange(item.GetProperty("receivedAt").GetDateTimeOffset(), before, DateTimeOffset.UtcNow);
        Assert.InRange(item.GetProperty("sealedAt").GetDateTimeOffset(), item.GetProperty("receivedAt").GetDateTimeOffset(), DateTimeOffset.UtcNow);
    }

    static async Task AssertShownAsync(E2eStation station, string index, byte[] bytes)
    {
        var raw = station.Beside($"raw-{Guid.NewGuid():n}");
        var shown = await station.AskAsync("evidence", "show", index, "--raw", raw);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(raw));
        Assert.True(shown.GetProperty("commitmentHolds").GetBoolean());
        Assert.Equal("evidence", shown.GetProperty("leaf").GetProperty("kind").GetString());
        Assert.False(shown.TryGetProperty("bytes", out _));
    }

    static async Task AssertProvenAsync(E2eStation station, string index)
    {
        var file = station.Beside($"{Guid.NewGuid():n}.tlog-proof");
        var proven = await station.AskAsync("ledger", "prove", index, "--out", file);
        var leaf = proven.GetProperty("leafHash").GetString()!;
        var key = proven.GetProperty("key").GetString()!;

        var good = await VerifyProofAsync(station, file, leaf, key);
        Assert.True(good.ExitCode == 0 && good.Json.GetProperty("ok").GetBoolean(), good.ToString());
        Assert.Equal(1, (await VerifyProofAsync(station, file, Flip(leaf), key)).ExitCode);

        var proof = await File.ReadAllBytesAsync(file);
        proof[^20] ^= 1;
        await File.WriteAllBytesAsync(file, proof);
        Assert.Equal(1, (await VerifyProofAsync(station, file, leaf, key)).ExitCode);
    }

    static Task<E2eResult> VerifyProofAsync(E2eStation station, string file, string leaf, string key) =>
        station.RunAsync("proof", "verify", file, "--leaf", leaf, "--key", key, "--json");

    static string Flip(string hex) => (hex[0] == '0' ? '1' : '0') + hex[1..];

    /// <summary>All files that a secret might have got into.</summary>
    static string Everything(E2eStation station) => station.Gateway.Log + string.Concat(Directory.GetFiles(station.Data, "*", SearchOption.AllDirectories)
        .Where(path => !path.EndsWith(".sock", StringComparison.Ordinal))
        .Select(path => File.ReadAllText(path, Encoding.Latin1)));
}
