using System.Text.Json.Nodes;
using EdgeGateway.Commands;
using EdgeGateway.Evidence;
using EdgeGateway.Gateway;
using EdgeGateway.Ingest;
using EdgeGateway.Profiles;
using EdgeGateway.Registry;
using EdgeGateway.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Tests.Docs;

/// <summary>What commands answer is what docs/schemas says, on a data directory with a device, evidence and a refusal.</summary>
public sealed class SchemaTests : IAsyncLifetime, IDisposable
{
    /// <summary>What an item that nobody touched does not have.</summary>
    static readonly string[] LaterFacts =
        ["archive", "case", "erased", "medium", "officer", "page", "reviewReason", "reviewedAt", "reviewer", "tombstone", "volume"];

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly TempFolder _folder = new();
    readonly TestClock _clock = new();
    readonly CancellationTokenSource _enough = new(Patience);
    GatewayData _data = null!;
    DeviceRegistrar _registrar = null!;
    CommandTable _commands = null!;

    public async Task InitializeAsync()
    {
        var settings = new GatewaySettings(
            new GatewayOptions { Origin = "station-01.example", Profiles = Path.Combine(DocsFolder.Root, "device-profiles") },
            new LedgerOptions { SegmentBytes = 1 << 20, ReserveBytes = 0 });
        _data = await GatewayData.OpenAsync(_folder["data"], settings, _clock, _clock.Time, NullLoggerFactory.Instance);
        _registrar = new DeviceRegistrar(_data);
        _commands = new CommandTable(_data, _registrar, _clock.Time);
    }

    public async Task DisposeAsync() => await _data.DisposeAsync();

    public void Dispose()
    {
        _registrar.Dispose();
        _folder.Dispose();
        _enough.Dispose();
    }

    [Fact]
    public async Task What_evidence_list_shows_is_what_its_schema_says()
    {
        await SealEachKindAsync();

        var rows = (await AskAsync("evidence-list")).AsArray();

        Fits("evidence-list", rows);
        Assert.Equal(["evidence", "evidence", "evidence", "evidence", "quarantine"], rows.Select(row => row!["kind"]!.GetValue<string>()));
        var items = DocsSchema.Of("evidence-list").Root["items"]!["properties"]!.AsObject().Select(property => property.Key);
        Assert.Equal(items.Except([.. LaterFacts, "tombstoneLog"]).Order(StringComparer.Ordinal), Names(rows));
    }

    [Fact]
    public async Task What_is_done_with_items_is_what_the_schemas_say()
    {
        await using var desk = await CustodyDesk.OpenAsync();
        var item = await desk.SealAsync(new byte[PrivateParts.MaximumInlineBytes + 1]);
        var other = await desk.SealAsync("{}");
        await desk.ReopenAsync();
        foreach (var name in (string[])["a", "b"]) Directory.CreateDirectory(desk[name]);
        var row = CustodyDesk.Rows([item], ("case", "77"), ("archive", "A"), ("volume", "1"), ("page", "2"), ("officer", "o"));
        Fits("evidence-tag", await desk.AskAsync("evidence-tag", new JsonObject { ["rows"] = row }));
        Fits("evidence-review", await desk.AskAsync("evidence-review", new JsonObject { ["rows"] = CustodyDesk.Rows([item], ("result", "passed"), ("reason", "r"), ("reference", "c-1")) }));
        Fits("evidence-hold", await desk.AskAsync("evidence-hold", new JsonObject { ["case"] = "78", ["reason"] = "r" }));
        Fits("evidence-holds", await desk.AskAsync("evidence-holds"));
        Fits("evidence-move", await desk.AskAsync("evidence-move", new JsonObject
        {
            ["indices"] = new JsonArray(item),
            ["medium"] = "HD-1",
            ["to"] = new JsonArray(desk["a"], desk["b"]),
            ["by"] = "b",
            ["reason"] = "r",
        }));
        desk.Clock.Time.Advance(TimeSpan.FromDays(200));
        var due = await desk.AskAsync("evidence-due");
        Assert.Equal(other, Assert.Single(due["items"]!.AsArray())!["index"]!.GetValue<long>());
        Fits("evidence-due", due["items"]!.DeepClone());
        var erased = (await desk.AskAsync("evidence-erase", new JsonObject { ["indices"] = new JsonArray(item), ["reason"] = "r" })).AsObject();
        erased.Remove("next");
        Fits("evidence-erase", erased);
        Assert.Single(erased["onMedia"]!.AsArray());

        var rows = (await desk.AskAsync("evidence-list")).AsArray();
        Fits("evidence-list", rows);
        Assert.Empty(LaterFacts.Except(Names(rows)));
        Fits("evidence-show", await desk.AskAsync("evidence-show", new JsonObject { ["index"] = item }));
        var history = await desk.AskAsync("evidence-history", new JsonObject { ["account"] = "admin" });
        Fits("evidence-history", history);
        Assert.Equal(["tag", "review", "hold", "move", "tombstone"], history.AsArray().Select(entry => entry!["action"]!.GetValue<string>()));
    }

    [Fact]
    public async Task What_evidence_show_shows_of_every_entry_is_what_its_schema_says()
    {
        await SealEachKindAsync();

        for (var index = 0L; index < _data.Ledger.DurableSize; index++)
        {
            Fits("evidence-show", await AskAsync("evidence-show", new JsonObject { ["index"] = index }));
        }
    }

    [Fact]
    public async Task What_ledger_status_shows_before_and_after_a_checkpoint_is_what_its_schema_says()
    {
        var before = await AskAsync("ledger-status");
        await AskAsync("ledger-checkpoint");
        var after = await AskAsync("ledger-status");

        Fits("ledger-status", before);
        Fits("ledger-status", after);
        Assert.Null(before["checkpoint"]);
        Assert.Equal(
            DocsSchema.Of("ledger-status").Root["properties"]!.AsObject().Select(property => property.Key).Order(StringComparer.Ordinal),
            Names([after.DeepClone()]));
    }

    [Fact]
    public async Task What_the_commands_on_devices_show_is_what_their_schemas_say()
    {
        Fits("device-add", await AddCameraAsync());
        Fits("device-add", await AskAsync("device-add", new JsonObject
        {
            ["id"] = "analyser-01",
            ["profile"] = "hj212-serial",
            ["line"] = "/dev/ttyS0",
            ["mn"] = "010000A8900016F000169DC0",
        }));
        Fits("device-add", await AskAsync("device-credential", new JsonObject { ["id"] = "camera-01" }));
        Fits("device-list", await AskAsync("device-list"));
        Fits("device-show", await AskAsync("device-show", new JsonObject { ["id"] = "camera-01" }));
    }

    [Theory]
    [InlineData("ledger-checkpoint")]
    [InlineData("ledger-prove")]
    [InlineData("ledger-fingerprints")]
    [InlineData("status")]
    [InlineData("rebuild")]
    [InlineData("clock-status")]
    public async Task What_other_commands_show_is_what_their_schemas_say(string command) =>
        Fits(command, await AskAsync(command, command == "ledger-prove" ? new JsonObject { ["index"] = 0L } : []));

    [Fact]
    public async Task What_clock_confirm_shows_is_what_its_schema_says() =>
        Fits("clock-confirm", await AskAsync("clock-confirm", new JsonObject { ["reason"] = "compared with the station's wall clock" }));

    [Fact]
    public void Every_schema_is_named_after_its_file_and_on_a_page()
    {
        var page = string.Concat(new[] { "cli.md", "operations.md", "simulators.md" }.Select(name => File.ReadAllText(Path.Combine(DocsFolder.Root, "docs", name))));
        foreach (var file in Directory.GetFiles(Path.Combine(DocsFolder.Root, "docs", "schemas")))
        {
            var name = Path.GetFileName(file);
            Assert.Equal(name, DocsSchema.Of(Path.GetFileNameWithoutExtension(file)).Root["$id"]!.GetValue<string>());
            Assert.Contains($"schemas/{name}", page, StringComparison.Ordinal);
        }
    }

    static void Fits(string schema, JsonNode answer) => Assert.Empty(DocsSchema.Of(schema).Errors(answer));

    static IEnumerable<string> Names(JsonArray rows) =>
        rows.SelectMany(row => row!.AsObject().Select(property => property.Key)).Distinct().Order(StringComparer.Ordinal);

    Task<JsonNode> AskAsync(string command, JsonObject? arguments = null) =>
        _commands.Find(command)!(arguments ?? [], Actor.LocalAdministrator, _enough.Token);

    Task<JsonNode> AddCameraAsync() => AskAsync("device-add", new JsonObject
    {
        ["id"] = "camera-01",
        ["profile"] = "camera-mqtt",
        ["values"] = new JsonObject { ["name"] = "一号卡口" },
    });

    /// <summary>One with an id, one with that id and other bytes, one without and its repeat as an object, and a refusal.</summary>
    async Task SealEachKindAsync()
    {
        await AddCameraAsync();
        await SealAsync("""{"eventId":"e-1","capturedAt":"2026-11-22T08:00:00+08:00"}"""u8.ToArray(), "e-1", duplicate: true);
        await SealAsync("""{"eventId":"e-1","capturedAt":"yesterday"}"""u8.ToArray(), "e-1");
        var large = new byte[PrivateParts.MaximumInlineBytes + 1];
        await SealAsync(large, eventId: null);
        await SealAsync(large, eventId: null);
        var refusal = new Refusal
        {
            Reason = RefusalReason.ForbiddenTopic,
            Wire = WireKind.Mqtt,
            Device = null,
            Address = "a/topic",
            Authentication = Authentication.None,
            Payload = "x"u8.ToArray(),
            ReceivedAt = _clock.Time.GetUtcNow(),
        };
        var draft = new QuarantineDraft(refusal, 0, PrivateParts.OfRefusal(refusal));
        await _data.Ledger.SubmitAsync(draft, _enough.Token);
        Assert.True((await draft.Outcome.WaitAsync(_enough.Token)).IsDurable);
    }

    async Task SealAsync(byte[] payload, string? eventId, bool duplicate = false)
    {
        var device = _data.Directory.Current.Find("camera-01")!;
        var rule = device.Profile.MatchTopic("camera-01", "edgegw/v1/camera-01/event/capture")!;
        var arrival = new Arrival
        {
            Device = device,
            Message = rule,
            Payload = payload,
            Interpretation = JsonInterpretation.Read(rule, payload) with { EventId = eventId },
            Address = "edgegw/v1/camera-01/event/capture",
            Authentication = new Authentication("secret", "0123456789abcdef", "none"),
            ReceivedAt = _clock.Time.GetUtcNow(),
            Duplicate = duplicate,
        };
        using var meters = new DocsMeters();
        var sealer = new Sealer(_data.Ledger, _data.Objects, new QuarantineLimit(_clock.Time), new IngestMetrics(meters), Microsoft.Extensions.Logging.Abstractions.NullLogger<Sealer>.Instance);
        var outcome = await (await sealer.SubmitAsync(arrival, _enough.Token)).WaitAsync(_enough.Token);
        Assert.True(outcome.IsDurable);
    }
}
