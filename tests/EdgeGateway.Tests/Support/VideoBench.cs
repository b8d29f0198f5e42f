using System.Collections.Concurrent;
using System.Text;
using EdgeGateway.Devices;
using EdgeGateway.Ingest;
using EdgeGateway.Ledger;
using EdgeGateway.Profiles;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Storage.Objects;
using EdgeGateway.Video;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Tests.Support;

/// <summary>A camera's segments, and everything between them and the ledger; no stream is opened, since no network is allowed.</summary>
sealed class VideoBench : IAsyncDisposable, ILogger<VideoEvents>
{
    readonly TempFolder _folder = new();
    readonly DocsMeters _meters = new();
    readonly ObjectStore _objects;

    public VideoBench()
    {
        var read = ProfileReader.Read(Encoding.UTF8.GetBytes(File.ReadAllText(Path.Combine(ProfileSchema.Directory, "camera-rtsp.yaml"))));
        Device = MqttDevices.Device("cam-1", read.Profile!) with { Stream = "rtsp://192.168.10.7/live" };
        Ledger = TestLedger.Open(TestLedger.Settings(_folder["data"]), Clock);
        _objects = ObjectStore.Open(_folder["data", "objects"]);
        Sealer = new UploadTestSealer(new Sealer(Ledger, _objects, new QuarantineLimit(Clock.Time), new IngestMetrics(_meters), NullLogger<Sealer>.Instance));
        Sealing = new SegmentSealing(_objects, Sealer, Clock.Time);
    }

    public TestClock Clock { get; } = new();

    public Device Device { get; }

    public FileLedger Ledger { get; }

    public UploadTestSealer Sealer { get; }

    public SegmentSealing Sealing { get; }

    public ConcurrentQueue<string> Log { get; } = new();

    /// <summary>A crash left this behind.</summary>
    public string Leave(int number, string recording = "20261122T045900000Z")
    {
        var path = _folder["data", "streams", "cam-1", recording, $"segment-{number:d6}.ts"];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, $"segment {number} of {recording}");
        return path;
    }

    /// <summary>Where objects are written before they have a name.</summary>
    public string Incoming => _folder["data", "objects", "incoming"];

    public Task RunAsync(CancellationToken stopping) => new VideoStream(
        Device, new StreamFolder(_folder["data", "streams", "cam-1"]), Sealing, Ledger, new VideoOptions(), new SerialTestPresence(), Clock.Time, new VideoEvents(this, _meters)).RunAsync(stopping);

    /// <summary>The segments in the ledger, in their order.</summary>
    public async Task<IReadOnlyList<string>> SealedAsync()
    {
        await Ledger.CatchUpAsync(CancellationToken.None);
        return [.. TestLedger.ReadAll(Ledger).Skip(1).Select(record =>
        {
            using var entry = EntryView.Parse(record);
            return Encoding.UTF8.GetString(Convert.FromBase64String(entry.Private.Text("manifest"u8)!)).Split("\"segment\":\"")[1].Split('"')[0];
        })];
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Log.Enqueue(formatter(state, exception));

    public async ValueTask DisposeAsync()
    {
        await Ledger.DisposeAsync();
        _meters.Dispose();
        _folder.Dispose();
    }
}
