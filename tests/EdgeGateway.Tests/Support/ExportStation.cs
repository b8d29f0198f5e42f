using System.Text;
using System.Text.Json.Nodes;
using EdgeGateway.Cli;
using EdgeGateway.Commands;
using EdgeGateway.Evidence;
using EdgeGateway.Export;
using EdgeGateway.Gateway;
using EdgeGateway.Ingest;
using EdgeGateway.Ledger;
using EdgeGateway.Profiles;
using EdgeGateway.Registry;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Succession;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Tests.Support;

/// <summary>A data directory with a camera, what a test seals into it, and exports from it through the commands that there are.</summary>
sealed class ExportStation : IAsyncDisposable
{
    readonly TempFolder _folder;
    readonly bool _ownsFolder;
    readonly TestClock _clock = new();
    readonly CancellationTokenSource _enough = new(TimeSpan.FromMinutes(2));
    readonly GatewaySettings _settings;
    DeviceRegistrar _registrar = null!;
    string _recoveryKey = "";

    ExportStation(TempFolder? folder, GatewaySettings settings)
    {
        _settings = settings;
        _folder = folder ?? new TempFolder();
        _ownsFolder = folder is null;
    }

    public GatewayData Data { get; private set; } = null!;

    /// <summary>Entries that answer as if their private part had been erased.</summary>
    public HashSet<long> Erased { get; } = [];

    /// <summary>The format that an export says it writes; null for its own.</summary>
    public long? Format { get; set; }

    /// <summary>What <c>--medium-path</c> would be.</summary>
    public string? MediumPath { get; set; }

    /// <summary>Runs in the middle of an export, after the entries were chosen and before the records are sealed.</summary>
    public Action? Meanwhile { get; set; }

    public CommandTable Commands { get; private set; } = null!;

    public string this[params string[] names] => _folder[names];

    /// <param name="folder">Where the data lies; one of its own if null.</param>
    public static async Task<ExportStation> OpenAsync(bool sm3 = false, TempFolder? folder = null, Func<GatewaySettings, GatewaySettings>? change = null)
    {
        var settings = new GatewaySettings(
            new GatewayOptions { Origin = "station-01.example", Profiles = Path.Combine(DocsFolder.Root, "device-profiles") },
            new LedgerOptions { SegmentBytes = 1 << 20, ReserveBytes = 0 })
        {
            Evidence = new EvidenceOptions { Sm3 = sm3 },
        };
        var station = new ExportStation(folder, change?.Invoke(settings) ?? settings);
        await station.OpenDataAsync();
        if (station.Data.Directory.Current.Find("camera-01") is null) await station.AskAsync("device-add", new JsonObject { ["id"] = "camera-01", ["profile"] = "camera-mqtt", ["values"] = new JsonObject { ["name"] = "一号卡口" } });
        return station;
    }

    /// <summary>Closes the log and opens the next.</summary>
    /// <param name="keyIsLost">The key from paper closes it then.</param>
    /// <returns>The name of the closed one.</returns>
    public async Task<string> RotateAsync(bool keyIsLost = false, bool withPaper = false)
    {
        var closed = Data.Ledger.Origin;
        await Data.DisposeAsync();
        _registrar.Dispose();
        if (keyIsLost) File.Delete(LedgerKeys.SecretPath(this["data"]));
        var recovery = keyIsLost || withPaper ? SigningKey.Parse(_recoveryKey) : null;
        await new LedgerRotation(this["data"], _settings, _clock, _clock.Time).RunAsync(new RotationRequest("new year", recovery, null), Actor.LocalAdministrator, _enough.Token);
        await OpenDataAsync();
        return closed;
    }

    public async Task ReopenAsync()
    {
        await Data.DisposeAsync();
        _registrar.Dispose();
        await OpenDataAsync();
    }

    async Task OpenDataAsync()
    {
        Data = await GatewayData.OpenAsync(_folder["data"], _settings, _clock, _clock.Time, NullLoggerFactory.Instance);
        if (Data.Ledger.Recovery.Created is { } created) _recoveryKey = created.RecoveryKey;
        _registrar = new DeviceRegistrar(Data);
        Commands = new CommandTable(Data, _registrar, new InterruptedTime(_clock.Time, () => Meanwhile?.Invoke()));
    }

    /// <summary>A review of an item of any log, as the command seals it.</summary>
    public Task ReviewOfAsync(string log, long index, string result) => AskAsync(
        "evidence-review", new JsonObject { ["rows"] = CustodyDesk.Rows([index], ("result", result), ("reason", "复核")), ["log"] = log });

    public Task<JsonNode> AskAsync(string command, JsonObject arguments) => Commands.Find(command)!(arguments, Actor.LocalAdministrator, _enough.Token);

    public Task<long> SealTextAsync(string id) =>
        SealAsync(Encoding.UTF8.GetBytes($$"""{"eventId":"{{id}}","capturedAt":"2026-11-22T08:00:00+08:00","plate":"粤B12345"}"""), id);

    /// <returns>The entry's index.</returns>
    public async Task<long> SealAsync(byte[] payload, string? id)
    {
        var device = Data.Directory.Current.Find("camera-01")!;
        var rule = device.Profile.MatchTopic("camera-01", "edgegw/v1/camera-01/event/capture")!;
        using var meters = new DocsMeters();
        var sealer = new Sealer(Data.Ledger, Data.Objects, new QuarantineLimit(_clock.Time), new IngestMetrics(meters), NullLogger<Sealer>.Instance);
        var outcome = await (await sealer.SubmitAsync(
            new Arrival
            {
                Device = device,
                Message = rule,
                Payload = payload,
                Interpretation = JsonInterpretation.Read(rule, payload) with { EventId = id },
                Address = "edgegw/v1/camera-01/event/capture",
                Authentication = new Authentication("secret", "0123456789abcdef", "none"),
                ReceivedAt = _clock.Time.GetUtcNow(),
            },
            _enough.Token)).WaitAsync(_enough.Token);
        Assert.True(outcome.IsDurable);
        return outcome.Index;
    }

    public async Task<long> SealRefusalAsync(byte[] payload)
    {
        var refusal = new Refusal
        {
            Reason = RefusalReason.Oversized,
            Wire = WireKind.Mqtt,
            Device = null,
            Address = "a/topic",
            Authentication = Authentication.None,
            Payload = payload,
            ReceivedAt = _clock.Time.GetUtcNow(),
        };
        var draft = new QuarantineDraft(refusal, 0, PrivateParts.OfRefusal(refusal));
        await Data.Ledger.SubmitAsync(draft, _enough.Token);
        return (await draft.Outcome.WaitAsync(_enough.Token)).Index;
    }

    /// <summary>A <c>review</c>, as docs/ledger-format.md has it.</summary>
    public async Task ReviewAsync(long index, string result, string reason)
    {
        var leaf = LeafHashOf(index);
        await SealOwnAsync(new OwnEntry(EntryKind.Review, "device/camera-01", json =>
        {
            WriteItem(json, index, leaf);
            json.Name("result"u8);
            json.String(result);
            json.Name("source"u8);
            json.String("person");
        })
        {
            Private = json =>
            {
                json.Name("by"u8);
                json.String("张三");
                json.Name("reason"u8);
                json.String(reason);
            },
        });
    }

    public async Task<Hash> RootAsync(long size)
    {
        await Data.Ledger.CatchUpAsync(_enough.Token);
        await Data.Ledger.CheckpointAsync(_enough.Token);
        return new ProofBuilder(size, Data.Ledger.ReadTile).Root();
    }

    public async Task<long> SealOwnAsync(OwnEntry entry) => (await entry.SealAsync(Data.Ledger, _enough.Token)).Index;

    public Hash LeafHashOf(long index)
    {
        // Sealed, but not yet read back by the integrator.
        Data.Ledger.CatchUpAsync(_enough.Token).GetAwaiter().GetResult();
        using var entry = EntryView.Parse(Data.Ledger.Read(index, 1)[0]);
        return entry.LeafHash;
    }

    public Task<ExportOutcome> ExportAsync(string target, params long[] items) => ExportAsync(target, rehearsal: false, items);

    public Task<ExportOutcome> ExportAsync(string target, bool rehearsal, params long[] items) => ExportOfAsync(null, target, rehearsal, items);

    /// <param name="log">Null for the one that is written.</param>
    public async Task<ExportOutcome> ExportOfAsync(string? log, string target, bool rehearsal, params long[] items)
    {
        await Data.Ledger.CatchUpAsync(_enough.Token);
        var request = new ExportRequest(items, this[target], "案-77", "听证", "李四", rehearsal) { Log = log };
        return await new EvidenceExport(new ExportSource(new TableLink(Commands, Erased, Format), new ObjectPlaces(Data.Path, MediumPath), _enough.Token), request, (_, _) => { }, _enough.Token).RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Data.DisposeAsync();
        _registrar.Dispose();
        _enough.Dispose();
        if (_ownsFolder) _folder.Dispose();
    }

    public static void WriteItem(CanonicalJsonWriter json, long index, Hash leaf)
    {
        json.Name("item"u8);
        json.BeginObject();
        json.Name("index"u8);
        json.Number(index);
        json.Name("leaf"u8);
        json.Hex(leaf);
        json.EndObject();
    }

    /// <summary>As a command line on the stopped directory has it.</summary>
    sealed class TableLink(CommandTable commands, HashSet<long> erased, long? format) : GatewayLink
    {
        public override async Task<JsonNode> CallAsync(string command, JsonObject arguments, CancellationToken cancellationToken)
        {
            if (format is { } other && arguments.ContainsKey("format")) arguments["format"] = other;
            return Without(command, arguments, AsText(await commands.Find(command)!(AsText(arguments).AsObject(), Actor.LocalAdministrator, cancellationToken)));
        }

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

        JsonNode Without(string command, JsonObject arguments, JsonNode answer)
        {
            if (command == "evidence-export-entry" && erased.Contains(arguments["index"]!.GetValue<long>())) (answer["salt"], answer["private"]) = (null, null);
            return answer;
        }

        static JsonNode AsText(JsonNode node) => JsonNode.Parse(node.ToJsonString())!;
    }
}
