using System.Text;
using System.Text.Json.Nodes;
using EdgeGateway.Clocks;
using EdgeGateway.Commands;
using EdgeGateway.Evidence;
using EdgeGateway.Gateway;
using EdgeGateway.Ingest;
using EdgeGateway.Ledger;
using EdgeGateway.Registry;
using EdgeGateway.Retention;
using EdgeGateway.Succession;
using EdgeGateway.Verification;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Tests.Support;

/// <summary>A data directory with one camera, and the commands on it; its clock stands still until told.</summary>
sealed class CustodyDesk : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly TempFolder _folder = new(inMemory: true);
    readonly CancellationTokenSource _enough = new(Patience);
    readonly DocsMeters _meters = new();
    readonly GatewaySettings _settings;
    DeviceRegistrar _registrar = null!;
    CommandTable _commands = null!;

    readonly string _root;

    CustodyDesk(GatewaySettings settings, string? root)
    {
        _settings = settings;
        _root = root ?? _folder.Path;
    }

    public TestClock Clock { get; } = new();

    public GatewayData Data { get; private set; } = null!;

    public CancellationToken Enough => _enough.Token;

    public string this[params string[] names] => Path.Combine([_root, .. names]);

    /// <param name="root">A folder of somebody else's; null for one of its own.</param>
    public static async Task<CustodyDesk> OpenAsync(bool decides = true, string? profile = null, RetentionOptions? retention = null, string? root = null)
    {
        var desk = new CustodyDesk(new GatewaySettings(
            new GatewayOptions { Origin = "station-01.example", Profiles = Path.Combine(DocsFolder.Root, "device-profiles") },
            new LedgerOptions { SegmentBytes = 1 << 20, ReserveBytes = 0 })
        {
            Clock = new ClockOptions { JumpLimit = TimeSpan.FromDays(365) },
            Retention = retention ?? new RetentionOptions(),
        }, root);
        if (decides) desk.Clock.State = EdgeGateway.Ledger.ClockState.Synchronised;
        if (profile is not null)
        {
            var profiles = Directory.CreateDirectory(desk["profiles"]).FullName;
            await File.WriteAllTextAsync(Path.Combine(profiles, "camera-mqtt.yaml"), profile);
            desk._settings.Gateway.Profiles = profiles;
        }

        await desk.OpenDataAsync();
        await desk.AskAsync("device-add", new JsonObject { ["id"] = "camera-01", ["profile"] = "camera-mqtt" });
        return desk;
    }

    public async Task ReopenAsync()
    {
        await Data.DisposeAsync();
        _registrar.Dispose();
        await OpenDataAsync();
    }

    /// <summary>Closes the log and opens the next, with the gateway stopped.</summary>
    /// <returns>The name of the closed one.</returns>
    public async Task<string> RotateAsync()
    {
        var closed = Data.Ledger.Origin;
        await Data.DisposeAsync();
        _registrar.Dispose();
        await new LedgerRotation(this["data"], _settings, Clock, Clock.Time).RunAsync(new RotationRequest("new year", null, null), Actor.LocalAdministrator, Enough);
        await OpenDataAsync();
        return closed;
    }

    /// <summary>What <c>ledger verify --objects</c> finds in all logs.</summary>
    public async Task<VerificationReport> VerifyAllAsync()
    {
        await AskAsync("ledger-checkpoint");
        return AllLogsVerification.Run(new VerificationRequest(this["data", "ledger"], Data.Ledger.Key, null, Objects: true, this["data"]), null, Enough);
    }

    public Task<JsonNode> AskAsync(string command, JsonObject? arguments = null) =>
        _commands.Find(command)!(JsonNode.Parse((arguments ?? []).ToJsonString())!.AsObject(), Actor.LocalAdministrator, Enough);

    /// <summary>What a command that must not succeed says.</summary>
    public async Task<string> RefusedAsync(string command, JsonObject? arguments = null) =>
        (await Assert.ThrowsAsync<GatewayException>(() => AskAsync(command, arguments))).Message;

    public async Task<IReadOnlyList<long>> ListAsync(JsonObject query) =>
        [.. (await AskAsync("evidence-list", query)).AsArray().Select(row => row!["index"]!.GetValue<long>())];

    /// <summary>Has an export begin, as before its bag is written.</summary>
    /// <returns>The index of the record that it sealed.</returns>
    public async Task<long> BeginExportAsync(long item) => (await AskAsync("evidence-export-open", new JsonObject
    {
        ["items"] = new JsonArray(item),
        ["case"] = "77",
        ["reason"] = "听证",
        ["format"] = 2,
        ["software"] = "edgegw test",
    }))["links"]![0]!["record"]!.GetValue<long>();

    /// <summary>Kinds of all entries, in order.</summary>
    public async Task<IReadOnlyList<string>> KindsAsync()
    {
        await Data.Ledger.CatchUpAsync(Enough);
        return [.. Data.Ledger.Read(0, (int)Data.Ledger.Size).Select(record =>
        {
            using var entry = EntryView.Parse(record);
            return entry.KindName;
        })];
    }

    public Task<long> SealAsync(string json, string from = "camera-01") => SealAsync(Encoding.UTF8.GetBytes(json), from);

    public async Task<long> SealAsync(byte[] payload, string from = "camera-01")
    {
        var device = Data.Directory.Current.Find(from)!;
        var topic = $"edgegw/v1/{from}/event/capture";
        var rule = device.Profile.MatchTopic(from, topic)!;
        var arrival = new Arrival
        {
            Device = device,
            Message = rule,
            Payload = payload,
            Interpretation = JsonInterpretation.Read(rule, payload) with { EventId = null },
            Address = topic,
            Authentication = Authentication.None,
            ReceivedAt = Clock.Time.GetUtcNow(),
            Duplicate = false,
        };
        var sealer = new Sealer(Data.Ledger, Data.Objects, new QuarantineLimit(Clock.Time), new IngestMetrics(_meters), NullLogger<Sealer>.Instance);
        var outcome = await (await sealer.SubmitAsync(arrival, Enough)).WaitAsync(Enough);
        Assert.True(outcome.IsDurable);
        return outcome.Index;
    }

    /// <summary>Entries until the bundle that holds an index is full and durable.</summary>
    public async Task FillBundleOfAsync(long index)
    {
        var end = (index / TilePath.FullWidth + 1) * TilePath.FullWidth;
        while (Data.Ledger.DurableSize < end) await SealAsync($$"""{"filler":{{Data.Ledger.DurableSize}}}""");
        await Data.Ledger.CatchUpAsync(Enough);
        await Data.Ledger.CheckpointAsync(Enough);
    }

    public async Task CarryOutAsync()
    {
        using (await Data.Erasures.EnterAsync(Enough)) await Data.Erasures.CarryOutAsync(Enough);
    }

    /// <summary>What <c>ledger verify --objects</c> finds.</summary>
    public async Task<VerificationReport> VerifyAsync()
    {
        await AskAsync("ledger-checkpoint");
        return LedgerVerification.Run(new VerificationRequest(this["data", "ledger"], Data.Ledger.Key, null, Objects: true, this["data"]), null, Enough);
    }

    /// <summary>Files of the data directory that hold these bytes, the views aside.</summary>
    public IReadOnlyList<string> FilesWith(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var base64 = Encoding.UTF8.GetBytes(Convert.ToBase64String(bytes));
        return [.. Directory.GetFiles(this["data"], "*", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/views/", StringComparison.Ordinal) && Path.GetFileName(path) != "lock")
            .Where(path => File.ReadAllBytes(path) is var content && (content.AsSpan().IndexOf(bytes) >= 0 || content.AsSpan().IndexOf(base64) >= 0))
            .Select(path => Path.GetRelativePath(this["data"], path))];
    }

    public static JsonArray Rows(IEnumerable<long> indices, params (string Name, string Value)[] values) => [.. indices.Select(index =>
    {
        var row = new JsonObject { ["index"] = index };
        foreach (var (name, value) in values) row[name] = value;
        return (JsonNode)row;
    })];

    public async ValueTask DisposeAsync()
    {
        await Data.DisposeAsync();
        _registrar.Dispose();
        _meters.Dispose();
        _enough.Dispose();
        _folder.Dispose();
    }

    async Task OpenDataAsync()
    {
        Data = await GatewayData.OpenAsync(this["data"], _settings, Clock, Clock.Time, NullLoggerFactory.Instance);
        _registrar = new DeviceRegistrar(Data);
        _commands = new CommandTable(Data, _registrar, Clock.Time);
    }
}
