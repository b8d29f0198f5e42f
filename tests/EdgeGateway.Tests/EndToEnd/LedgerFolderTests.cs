using System.Net;
using EdgeGateway.Ledger;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>The tlog-tiles folder over HTTP, as any public tool fetches it.</summary>
public sealed class LedgerFolderTests
{
    [Fact]
    public async Task A_mirror_made_over_HTTP_verifies()
    {
        await using var station = await E2eStation.StartedAsync("--Web:LedgerEntries=all");
        var secret = await station.AddDeviceAsync("cam-01");
        using var device = await E2eMqtt.SignInAsync(station.Gateway.MqttPort, "cam-01", secret);
        await device.PublishManyAsync("cam-01", "event", 300);
        await station.AskAsync("ledger", "checkpoint");
        using var client = Client(station);
        using var mirror = new TempFolder();

        using var answer = await client.GetAsync("checkpoint");
        Assert.Equal("text/plain; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.True(answer.Headers.CacheControl!.NoCache);
        var note = await answer.Content.ReadAsByteArrayAsync();
        var key = VerifierKey.Parse(station.Gateway.Ready.GetProperty("key").GetString()!);
        Assert.True(Checkpoint.TryOpen(note, key, key.Name, out var checkpoint, out var error), error);
        await File.WriteAllBytesAsync(mirror["checkpoint"], note);
        foreach (var path in TileMath.Files(checkpoint.Size))
        {
            using var tile = await client.GetAsync(path.ToString());
            Assert.Equal((HttpStatusCode.OK, "application/octet-stream"), (tile.StatusCode, tile.Content.Headers.ContentType!.ToString()));
            Assert.Equal("public, max-age=31536000, immutable", tile.Headers.CacheControl!.ToString());
            Directory.CreateDirectory(Path.GetDirectoryName(mirror[path.ToString()])!);
            await File.WriteAllBytesAsync(mirror[path.ToString()], await tile.Content.ReadAsByteArrayAsync());
        }

        var verified = await E2eCommand.RunAsync("dotnet", [E2ePrograms.Edgegw, "ledger", "verify", "--dir", mirror.Path, "--key", key.ToString()]);
        Assert.True(verified.ExitCode == 0, verified.ToString());

        using var head = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "tile/0/000"));
        Assert.Equal((HttpStatusCode.OK, 8192L), (head.StatusCode, head.Content.Headers.ContentLength));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Entries_are_not_for_all_and_nothing_but_tiles_of_the_checkpoint_is_served()
    {
        await using var station = await E2eStation.StartedAsync();
        using var client = Client(station);

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("checkpoint")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("tile/0/000.p/2")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.GetAsync("tile/entries/000.p/2")).StatusCode);
        string[] refused =
        [
            "tile/0/000", "tile/0/000.p/3", "tile/0/000.p/02", "tile/00/000.p/2", "tile/0/x000/000.p/2", "tile/63/000", "tile/0/%2e%2e/%2e%2e/state", "tile/..%2f..%2fstate",
            "state", "heads", "wal/0000000000000001", "checkpoints", "tile", "tile/", "tile/0/000.p/2/",
        ];
        foreach (var path in refused)
        {
            using var answer = await client.GetAsync(path);
            Assert.True(answer.StatusCode == HttpStatusCode.NotFound, $"{path}: {answer.StatusCode}");
        }

        using var posted = await client.PostAsync("checkpoint", null);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, posted.StatusCode);
    }

    static HttpClient Client(E2eStation station) => new() { BaseAddress = new Uri($"http://127.0.0.1:{station.Gateway.HttpPort}/ledger/") };
}
