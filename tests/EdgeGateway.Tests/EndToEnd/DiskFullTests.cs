using System.Diagnostics;
using System.Text;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>On a disk of its own that is filled and freed again; needs root, as the project's continuous integration has.</summary>
public sealed class DiskFullTests
{
    const int Mebibyte = 1 << 20;

    [Trait("Ask", "Recovers when full")]
    [Fact]
    public async Task A_full_disk_refuses_publishes_and_they_go_on_once_it_has_room_without_a_restart()
    {
        using var disk = await TemporaryDisk.MountAsync("96m");
        await using var station = new E2eStation { Data = Path.Combine(disk.Path, "data") };
        await station.StartAsync("--Ledger:SegmentBytes=4194304", "--Ledger:ReserveBytes=16777216");
        var secret = await station.AddDeviceAsync("cam-01");
        var acknowledged = new List<string>();
        Assert.True(await TryPublishAsync(station, secret, acknowledged));

        // What stays free is less than the reserve, which is the gateway's own to put in order what it sealed.
        var filler = Path.Combine(disk.Path, "filler");
        await FillAsync(filler, new DriveInfo(disk.Path).AvailableFreeSpace - 15 * Mebibyte);
        using var timeout = new CancellationTokenSource(E2eCommand.Deadline);

        // Free space is looked at once a second, so some may still get in; after the first refusal none does, because twice the
        // reserve would have to be free: not at once, and not after further looks.
        while (await TryPublishAsync(station, secret, acknowledged)) timeout.Token.ThrowIfCancellationRequested();
        var firstRefusal = Stopwatch.StartNew();
        while (firstRefusal.Elapsed < TimeSpan.FromSeconds(3)) Assert.False(await TryPublishAsync(station, secret, acknowledged));

        using (var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{station.Gateway.HttpPort}/"), Timeout = E2eCommand.Deadline })
        {
            Assert.Equal(503, (int)(await client.GetAsync("readyz")).StatusCode);
            Assert.Equal(200, (int)(await client.GetAsync("healthz")).StatusCode);
        }

        File.Delete(filler);
        while (!await TryPublishAsync(station, secret, acknowledged)) timeout.Token.ThrowIfCancellationRequested();
        Assert.True(await TryPublishAsync(station, secret, acknowledged));

        Assert.Equal(acknowledged, (await station.EvidenceAsync()).Select(item => item.GetProperty("eventId").GetString()));
        Assert.Equal(0, await station.Gateway.StopAsync());
        await station.AssertVerifiesAsync("--objects");
    }

    /// <returns>False where the gateway disconnected the client and said that there is no room, instead of acknowledging.</returns>
    static async Task<bool> TryPublishAsync(E2eStation station, string secret, List<string> acknowledged)
    {
        var eventId = Guid.NewGuid().ToString();
        const int disconnect = 14;
        const int quotaExceeded = 0x97;
        using var device = await E2eMqtt.SignInAsync(station.Gateway.MqttPort, "cam-01", secret, version5: true);
        await device.TrySendAsync(MqttPackets.Publish("edgegw/v1/cam-01/event/capture", Encoding.UTF8.GetBytes(E2eMqtt.Event(eventId)), properties: []));
        var answer = await device.ReceiveAsync();
        Assert.True(answer is { Type: disconnect or 4 }, $"Neither an acknowledgement nor a reason: {answer}");
        if (answer.Type == disconnect)
        {
            Assert.Equal(quotaExceeded, answer.Body[0]);
            return false;
        }

        if (answer.Body.Length > 2) Assert.Equal(0, answer.Body[2]);
        acknowledged.Add(eventId);
        return true;
    }

    static async Task FillAsync(string path, long bytes)
    {
        await using var file = File.Create(path);
        var block = new byte[Mebibyte];
        for (; bytes > 0; bytes -= block.Length) await file.WriteAsync(block.AsMemory(0, (int)Math.Min(bytes, block.Length)));
    }

    sealed class TemporaryDisk : IDisposable
    {
        readonly TempFolder _folder = new();

        public string Path => _folder.Path;

        public static async Task<TemporaryDisk> MountAsync(string size)
        {
            Assert.True(Environment.UserName == "root", "This test mounts a small disk, which only root may: run it as root.");
            var disk = new TemporaryDisk();
            var mounted = await E2eCommand.RunAsync("mount", ["-t", "tmpfs", "-o", $"size={size}", "tmpfs", disk.Path]);
            Assert.True(mounted.ExitCode == 0, $"No tmpfs could be mounted: {mounted}");
            return disk;
        }

        public void Dispose()
        {
            // Lazily: what still holds a file there must not keep the folder.
            E2eCommand.RunAsync("umount", ["-l", Path]).GetAwaiter().GetResult();
            _folder.Dispose();
        }
    }
}
