using System.Text;
using System.Text.Json;
using EdgeGateway.Clocks;
using EdgeGateway.Devices;
using EdgeGateway.Docks;
using EdgeGateway.Ingest;
using EdgeGateway.Ledger;
using EdgeGateway.Profiles;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Storage.Objects;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Tests.Support;

/// <summary>A dock's folder, and everything between it and the ledger; a test is the docking station, and says when it is looked at.</summary>
sealed class DockBench : IAsyncDisposable, IClockTrust
{
    readonly TempFolder _folder = new();
    readonly DocsMeters _meters = new();
    readonly DockOptions _options;
    readonly DockPickup _pickup;
    DockStation? _station;

    /// <param name="data">The data directory; null for one of its own.</param>
    public DockBench(DockOptions? options = null, string? data = null, string? profile = null)
    {
        _options = options ?? new DockOptions();
        Data = data ?? _folder["data"];
        Dock = Directory.CreateDirectory(_folder["dock"]).FullName;
        var read = ProfileReader.Read(Encoding.UTF8.GetBytes(profile ?? File.ReadAllText(Path.Combine(ProfileSchema.Directory, "recorder-dock-folder.yaml"))));
        Assert.Empty(read.Errors);
        Device = MqttDevices.Device("dock-1", read.Profile!) with { Folder = Dock };
        Ledger = TestLedger.Open(TestLedger.Settings(Data), Clock);
        Objects = ObjectStore.Open(Path.Combine(Data, "objects"));
        Sealer = new UploadTestSealer(new Sealer(Ledger, Objects, new QuarantineLimit(Clock.Time), new IngestMetrics(_meters), NullLogger<Sealer>.Instance));
        _pickup = new DockPickup(Objects, Sealer, Ledger, this, _options, Clock.Time);
    }

    public string Data { get; }

    public string Dock { get; }

    public Device Device { get; }

    public TestClock Clock { get; } = new();

    public FileLedger Ledger { get; }

    public ObjectStore Objects { get; }

    public UploadTestSealer Sealer { get; }

    public bool MayDecideByDate { get; set; } = true;

    public string? Why => MayDecideByDate ? null : "not synchronised";

    /// <summary>A file comes into the dock.</summary>
    /// <param name="age">How long ago it was written last.</param>
    public string Drop(string path, string content = "clip", TimeSpan age = default)
    {
        var file = Path.Combine(Dock, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
        File.SetLastWriteTimeUtc(file, (Clock.Time.GetUtcNow() - age).UtcDateTime);
        return file;
    }

    /// <summary>One look at the folder as it is.</summary>
    public Task LookAsync() => (_station ??= Open()).LookAsync(Device, CancellationToken.None);

    /// <summary>Two looks, between which everything settles.</summary>
    public async Task SettleAsync()
    {
        await LookAsync();
        Clock.Time.Advance(TimeSpan.FromSeconds(10));
        await LookAsync();
    }

    /// <summary>The gateway starts again.</summary>
    public void Restart()
    {
        _station?.Dispose();
        _station = null;
    }

    /// <summary>All entries but the genesis, as <c>kind message-or-reason</c>.</summary>
    public async Task<IReadOnlyList<string>> SealedAsync()
    {
        await Ledger.CatchUpAsync(CancellationToken.None);
        return [.. TestLedger.ReadAll(Ledger).Skip(1).Select(record =>
        {
            using var entry = EntryView.Parse(record);
            return $"{EntryKinds.Text(entry.Kind!.Value)} {(entry.Kind == EntryKind.Evidence ? entry.Body.Text("message"u8) : entry.Body.Text("reason"u8))}";
        })];
    }

    /// <summary>Leaf and private part of one entry.</summary>
    public async Task<(JsonElement Leaf, JsonElement Private)> EntryAsync(long index)
    {
        await Ledger.CatchUpAsync(CancellationToken.None);
        var record = Ledger.Read(index, 1)[0];
        return (JsonDocument.Parse(record.Leaf).RootElement, JsonDocument.Parse(record.PrivatePart).RootElement);
    }

    /// <summary>The clip with this number: two are on their way at a time, so which comes first is not said.</summary>
    public async Task<(JsonElement Leaf, JsonElement Private)> ClipAsync(int number)
    {
        await Ledger.CatchUpAsync(CancellationToken.None);
        for (var index = 1L; index < Ledger.Size; index++)
        {
            var entry = await EntryAsync(index);
            if (entry.Private.TryGetProperty("eventId", out var id) && id.GetString()!.EndsWith($"_{number:d4}.mp4", StringComparison.Ordinal)) return entry;
        }

        throw new InvalidOperationException($"Clip {number} is not sealed.");
    }

    /// <summary>What a listing says.</summary>
    public async Task<JsonElement> ListingAsync(long index)
    {
        var (_, part) = await EntryAsync(index);
        return JsonDocument.Parse(part.GetProperty("bytes").GetBytesFromBase64()).RootElement;
    }

    public async ValueTask DisposeAsync()
    {
        _station?.Dispose();
        await Ledger.DisposeAsync();
        _meters.Dispose();
        _folder.Dispose();
    }

    DockStation Open() => new(
        new DockFolder(Dock), DockBook.Open(Path.Combine(Data, "docks", "dock-1")), _pickup, Sealer, Ledger, _options, Clock.Time, new DockEvents(NullLogger<DockEvents>.Instance));
}
