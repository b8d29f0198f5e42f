using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using EdgeGateway.Ledger;

namespace EdgeGateway.Tests.Support;

/// <summary>A gateway that witnesses others and is witnessed, on a port that stays the same over restarts.</summary>
sealed class WitnessStation(string origin) : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly TempFolder _files = new();
    bool _hasPolicy;
    bool _hasLogs;

    public E2eStation Station { get; } = new();

    public string Origin => origin;

    public int Port { get; } = FreePort();

    public VerifierKey Key { get; private set; } = null!;

    public VerifierKey WitnessKey { get; private set; } = null!;

    public IEnumerable<string> Settings =>
    [
        "--urls", $"http://127.0.0.1:{Port}", $"--Gateway:Origin={origin}", "--Ledger:CheckpointInterval=00:00:01",
        .. _hasLogs ? [$"--Witness:Logs={_files["logs"]}"] : Array.Empty<string>(),
        .. _hasPolicy ? [$"--Witness:Policy={_files["policy"]}"] : Array.Empty<string>(),
    ];

    /// <summary>Makes the ledger and the witness's key, as on the day of commissioning.</summary>
    public async Task PrepareAsync()
    {
        var gateway = await Station.StartAsync([.. Settings]);
        Key = VerifierKey.Parse(gateway.Ready.GetProperty("key").GetString()!);
        Assert.Equal(0, await gateway.StopAsync());
        WitnessKey = VerifierKey.Parse((await Station.AskAsync("witness", "init")).GetProperty("vkey").GetString()!);
    }

    public Task MeetAsync(WitnessStation other)
    {
        Witnesses(other.Key);
        _hasPolicy = true;
        return File.WriteAllTextAsync(_files["policy"], $"""
            # administration {origin}
            log {Key}
            witness other {other.WitnessKey} http://127.0.0.1:{other.Port}/witness
            # operator other {other.Origin}
            quorum other
            """);
    }

    public void Witnesses(VerifierKey log)
    {
        _hasLogs = true;
        File.WriteAllText(_files["logs"], $"log {log}\n");
    }

    public Task<GatewayProcess> StartAsync() => Station.StartAsync([.. Settings]);

    public TempFolder CopyOfData()
    {
        var copy = new TempFolder();
        foreach (var directory in Directory.GetDirectories(Station.Data, "*", SearchOption.AllDirectories)) Directory.CreateDirectory(directory.Replace(Station.Data, copy.Path, StringComparison.Ordinal));
        foreach (var file in Directory.GetFiles(Station.Data, "*", SearchOption.AllDirectories)) File.Copy(file, file.Replace(Station.Data, copy.Path, StringComparison.Ordinal));
        return copy;
    }

    public async Task<long> SizeAsync() => (await Station.AskAsync("ledger", "status")).GetProperty("size").GetInt64();

    /// <summary>Waits until what <c>ledger status</c> says of the witnesses is as wanted.</summary>
    public async Task WaitForAsync(Func<JsonElement, bool> wanted)
    {
        var deadline = DateTime.UtcNow + Patience;
        while (true)
        {
            var status = (await Station.AskAsync("ledger", "status")).GetProperty("witness");
            if (status.GetProperty("size").ValueKind == JsonValueKind.Number && wanted(status)) return;
            Assert.True(DateTime.UtcNow < deadline, $"{status}\n{Station.Gateway.Log}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Station.DisposeAsync();
        _files.Dispose();
    }

    /// <summary>Bound once and let go: the other gateway's policy needs to know it before this one starts.</summary>
    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
