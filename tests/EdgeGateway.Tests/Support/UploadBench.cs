using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Text.Json;
using EdgeGateway.Evidence;
using EdgeGateway.Ingest;
using EdgeGateway.Ledger;
using EdgeGateway.Profiles;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Storage.Objects;
using EdgeGateway.Storage.Uploads;
using EdgeGateway.Uploads;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Tests.Support;

/// <summary>Everything between the wire and the ledger that media in chunks passes through, in a folder; a test stands where the wire does.</summary>
sealed class UploadBench : IAsyncDisposable
{
    public const int ChunkSize = UploadManifest.SmallestChunk;
    public const string Device = "cam-1";

    public static readonly MessageRule Clip = new()
    {
        Name = "clip",
        Class = MessageClass.Evidence,
        Format = PayloadFormat.Json,
        Topic = "edgegw/v1/{device}/media/{upload}/manifest",
        MaximumBytes = ManifestReader.MaximumBytes,
        CapturedAt = new TimeRule("/startedAt", TimeFormat.Rfc3339, TimeSpan.FromHours(8)),
        RepeatWindow = TimeSpan.FromDays(7),
        Fields = new Dictionary<string, string> { ["case"] = "/case" },
        Upload = new UploadRule
        {
            Chunks = TopicTemplate.Parse("edgegw/v1/{device}/media/{upload}/chunk/{chunk}"),
            MaximumChunkBytes = 1 << 20,
            MaximumBytes = 8L << 30,
            CompleteWithin = TimeSpan.FromHours(24),
        },
    };

    readonly TempFolder _folder;
    readonly bool _ownsFolder;
    readonly DocsMeters _meters = new();
    readonly BlockingCollection<UploadAnswer> _answers = [];

    UploadBench(TempFolder? folder, string? path, UploadOptions options, bool sm3)
    {
        _folder = folder ?? new TempFolder();
        _ownsFolder = folder is null;
        Path = path ?? _folder.Path;
        Directory = new MqttDevices();
        Directory.Replace(MqttDevices.Device(Device, Profile), MqttDevices.Device("cam-2", Profile));
        Ledger = TestLedger.Open(TestLedger.Settings(Path), Clock);
        Objects = ObjectStore.Open(System.IO.Path.Combine(Path, "objects"), sm3);
        Folder = new UploadFolder(System.IO.Path.Combine(Path, "uploads"));
        var events = new UploadEvents(NullLogger<UploadEvents>.Instance, _meters);
        Sealer = new UploadTestSealer(new Sealer(Ledger, Objects, new QuarantineLimit(Clock.Time), new IngestMetrics(_meters), NullLogger<Sealer>.Instance));
        Desk = new UploadDesk(Folder, new UploadSealing(Folder, Objects, Sealer, Directory, Clock.Time, events), Ledger, Directory, options, Clock.Time, events);
        Desk.Load();
    }

    public static DeviceProfile Profile => MqttDevices.Camera with { Messages = [.. MqttDevices.Camera.Messages, Clip] };

    public string Path { get; }

    public TestClock Clock { get; } = new();

    public MqttDevices Directory { get; }

    public FileLedger Ledger { get; }

    public ObjectStore Objects { get; }

    public UploadFolder Folder { get; }

    public UploadTestSealer Sealer { get; }

    public UploadDesk Desk { get; }

    public IMeterFactory Meters => _meters;

    public static UploadBench Open(TempFolder? folder = null, UploadOptions? options = null, bool sm3 = false, string? path = null) =>
        new(folder, path, options ?? new UploadOptions(), sm3);

    public static byte[] Content(int length, int seed = 1)
    {
        var content = new byte[length];
        new Random(seed).NextBytes(content);
        return content;
    }

    public static byte[] Manifest(byte[] content, int chunkSize = ChunkSize, long? size = null, string? sha256 = null, string fileName = "clip.mp4") =>
        JsonSerializer.SerializeToUtf8Bytes(new
        {
            fileName,
            contentType = "video/mp4",
            size = size ?? content.Length,
            chunkSize,
            sha256 = sha256 ?? Convert.ToHexStringLower(SHA256.HashData(content)),
            startedAt = "2026-11-22T08:00:00+08:00",
            @case = "案-77",
        });

    public string File(string upload, string suffix, string device = Device) => System.IO.Path.Combine(Path, "uploads", device, upload + suffix);

    /// <summary>A manifest comes.</summary>
    public UploadStep Begin(string upload, byte[] manifest, string device = Device)
    {
        var registered = Directory.Current.Find(device)!;
        return Desk.Begin(
            new Arrival
            {
                Device = registered,
                Message = Clip,
                Payload = manifest,
                Interpretation = JsonInterpretation.Read(Clip, manifest),
                Address = $"edgegw/v1/{device}/media/{upload}/manifest",
                Authentication = new Authentication("secret", "0123456789abcdef", "1.3"),
                ReceivedAt = Clock.Time.GetUtcNow(),
            },
            upload,
            _answers.Add);
    }

    /// <summary>A chunk of the content comes.</summary>
    public UploadStep Write(string upload, byte[] content, int number, int chunkSize = ChunkSize) =>
        Write(upload, number.ToString(System.Globalization.CultureInfo.InvariantCulture), content.AsSpan(number * chunkSize, Math.Min(chunkSize, content.Length - number * chunkSize)));

    public UploadStep Write(string upload, string number, ReadOnlySpan<byte> bytes, Hash? sha256 = null) => Desk.Write(
        new UploadChunk { Device = Directory.Current.Find(Device)!, Upload = upload, Number = number, Bytes = bytes, Sha256 = sha256 }, _answers.Add);

    /// <summary>A chunk that must be taken; returns once it may be acknowledged.</summary>
    public async Task KeepAsync(string upload, byte[] content, int number)
    {
        var step = Write(upload, content, number);
        Assert.Null(step.Refusal);
        Assert.Equal(SealStatus.Kept, (await step.Outcome.WaitAsync(MqttDeadline.Token)).Status);
    }

    /// <summary>Manifest and all chunks; returns the receipt.</summary>
    public async Task<UploadAnswer.Sealed> UploadAsync(string upload, byte[] content)
    {
        Assert.Null(Begin(upload, Manifest(content)).Refusal);
        Assert.IsType<UploadAnswer.Missing>(Told());
        for (var number = 0; number * ChunkSize < content.Length; number++) await KeepAsync(upload, content, number);
        return Assert.IsType<UploadAnswer.Sealed>(Told());
    }

    /// <summary>What the device is told next.</summary>
    public UploadAnswer Told() => _answers.Take(MqttDeadline.Token);

    public bool IsToldNothing => _answers.Count == 0;

    /// <summary>An entry as it is in the ledger.</summary>
    public async Task<EntryView> EntryAsync(long index)
    {
        await Ledger.CatchUpAsync(MqttDeadline.Token);
        return EntryView.Parse(Ledger.Read(index, 1)[0]);
    }

    /// <summary>The reasons of all quarantine entries, in order.</summary>
    public async Task<IReadOnlyList<string>> RefusedAsync()
    {
        await Ledger.CatchUpAsync(MqttDeadline.Token);
        var reasons = new List<string>();
        foreach (var record in TestLedger.ReadAll(Ledger))
        {
            using var entry = EntryView.Parse(record);
            if (entry.Kind == EntryKind.Quarantine) reasons.Add(entry.Body.Text("reason"u8)!);
        }

        return reasons;
    }

    public async ValueTask DisposeAsync()
    {
        await Desk.StopAsync();
        await Ledger.DisposeAsync();
        _meters.Dispose();
        _answers.Dispose();
        if (_ownsFolder) _folder.Dispose();
    }
}

/// <summary>The real sealer, which a test can make unavailable.</summary>
sealed class UploadTestSealer(ISealer sealer) : ISealer
{
    public bool IsUnavailable { get; set; }

    /// <summary>Runs once an upload's entry is sealed, before anyone knows.</summary>
    public Action? Sealed { get; set; }

    public async ValueTask<Task<SealOutcome>> SubmitAsync(Arrival arrival, CancellationToken cancellationToken)
    {
        if (IsUnavailable) return Task.FromResult(SealOutcome.Unavailable);
        var outcome = await await sealer.SubmitAsync(arrival, cancellationToken);
        Sealed?.Invoke();
        return Task.FromResult(outcome);
    }

    public ValueTask<Task<SealOutcome>> QuarantineAsync(Refusal refusal, CancellationToken cancellationToken) =>
        IsUnavailable ? ValueTask.FromResult(Task.FromResult(SealOutcome.Unavailable)) : sealer.QuarantineAsync(refusal, cancellationToken);
}
