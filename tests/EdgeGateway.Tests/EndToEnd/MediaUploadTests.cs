using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>A device sends media in chunks to a real gateway, byte by byte on the wire.</summary>
public sealed class MediaUploadTests
{
    const int Chunk = 256 * 1024;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_upload_goes_on_after_a_kill_of_the_gateway_and_gets_one_receipt_for_ever(bool version5)
    {
        var content = new byte[20 * Chunk + 77];
        new Random(4711).NextBytes(content);
        await using var station = await E2eStation.StartedAsync();
        var secret = await station.AddDeviceAsync("dock-01", "recorder-dock-mqtt");

        using (var device = await SignInAsync(station, secret, version5))
        {
            await device.PublishAsync("manifest", Manifest(content), 1);
            Assert.Equal("""{"missing":[[0,20]]}""", await device.ToldAsync());
            foreach (var number in (int[])[20, 0, 1, 7]) await device.PublishAsync($"chunk/{number}", Of(content, number), (ushort)(number + 2));
        }

        station.Gateway.Kill();
        await station.StartAsync();
        string receipt;
        using (var device = await SignInAsync(station, secret, version5))
        {
            await device.PublishAsync("manifest", Manifest(content), 1);
            Assert.Equal("""{"missing":[[2,6],[8,19]]}""", await device.ToldAsync());
            foreach (var number in Enumerable.Range(2, 18).Where(number => number != 7)) await device.PublishAsync($"chunk/{number}", Of(content, number), (ushort)(number + 2));
            receipt = await device.ToldAsync();
        }

        var said = JsonDocument.Parse(receipt).RootElement;
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), said.GetProperty("sha256").GetString());
        var items = await station.EvidenceAsync();
        Assert.Equal(said.GetProperty("index").GetInt64(), Assert.Single(items).GetProperty("index").GetInt64());
        Assert.Equal(content.Length, items[0].GetProperty("size").GetInt64());
        var shown = await station.AskAsync("evidence", "show", said.GetProperty("index").GetRawText());
        Assert.Contains("clip-01.mp4", shown.GetRawText(), StringComparison.Ordinal);

        station.Gateway.Kill();
        await station.StartAsync();
        using (var device = await SignInAsync(station, secret, version5))
        {
            await device.PublishAsync("manifest", Manifest(content), 1);
            Assert.Equal(receipt, await device.ToldAsync());
        }

        Assert.Equal(0, await station.Gateway.StopAsync());
        Assert.Single(await station.EvidenceAsync());
        await station.AssertVerifiesAsync("--objects");
    }

    [Fact]
    public async Task What_is_wrong_with_an_upload_is_told_and_recorded()
    {
        var content = new byte[2 * Chunk];
        await using var station = await E2eStation.StartedAsync();
        var secret = await station.AddDeviceAsync("dock-01", "recorder-dock-mqtt");
        using var device = await SignInAsync(station, secret, version5: true);

        await RefusedAsync(device, "manifest", Encoding.UTF8.GetBytes("{}"), 0x99, "The manifest needs 'size', 'chunkSize' and 'sha256'.");
        await RefusedAsync(device, "manifest", Manifest(content, size: 9L << 30), 0x97, "The object is larger than the profile allows.");
        await RefusedAsync(device, "chunk/0", content[..Chunk], 0x83, "No such upload is under way: send its manifest.");
        await device.PublishAsync("manifest", Manifest(content), 1);
        Assert.Equal("""{"missing":[[0,1]]}""", await device.ToldAsync());
        await RefusedAsync(device, "chunk/2", content[..Chunk], 0x83, "The manifest's size has no chunk of this number.");
        await RefusedAsync(device, "chunk/1", content[..100], 0x83, "The chunk is not as long as its number and the manifest say.");
        await device.PublishAsync("chunk/0", content[..Chunk], 2);
        await RefusedAsync(device, "chunk/0", [1, .. content[1..Chunk]], 0x83, "This chunk has come before with other bytes, and those count.");
        await device.PublishAsync("chunk/1", [1, .. content[1..Chunk]], 3);
        Assert.Equal("""{"rejected":true,"reason":"The object does not have the digest that its manifest claims."}""", await device.ToldAsync());

        Assert.Equal(
            ["chunk-range", "chunk-range", "digest-mismatch", "malformed", "oversized", "unknown-upload", "upload-conflict"],
            (await station.EvidenceAsync()).Select(item => item.GetProperty("reason").GetString()!).Order(StringComparer.Ordinal));
    }

    static Task<UploadingDevice> SignInAsync(E2eStation station, string secret, bool version5) =>
        UploadingDevice.SignInAsync(station.Gateway.MqttPort, "dock-01", "upload-1", secret, version5);

    static byte[] Of(byte[] content, int number) => content[(number * Chunk)..Math.Min(content.Length, (number + 1) * Chunk)];

    static byte[] Manifest(byte[] content, long? size = null) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        fileName = "clip-01.mp4",
        contentType = "video/mp4",
        size = size ?? content.Length,
        chunkSize = Chunk,
        sha256 = Convert.ToHexString(SHA256.HashData(content)),
        startedAt = "2026-11-22T08:00:00",
        officer = "李四",
    });

    static async Task RefusedAsync(UploadingDevice device, string topic, byte[] payload, int reason, string text)
    {
        await device.PublishAsync(topic, payload, 5, reason);
        Assert.Equal($$"""{"rejected":true,"reason":"{{text}}"}""", await device.ToldAsync());
    }
}
