using System.Text;
using System.Text.Json.Nodes;
using EdgeGateway.Commands;
using EdgeGateway.Evidence;
using EdgeGateway.Gateway;
using EdgeGateway.Ingest;
using EdgeGateway.Ledger;
using EdgeGateway.Registry;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Succession;
using EdgeGateway.Verification;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Tests.Support;

/// <summary>A gateway's data directory without the process: opened, filled, closed, rotated and verified from within.</summary>
sealed class SuccessionStation : IDisposable
{
    public const string Device = "camera-01";

    readonly TempFolder? _folder;
    readonly string _root;

    public SuccessionStation()
        : this(new TempFolder(inMemory: true), "")
    {
    }

    /// <summary>In a folder of somebody else's.</summary>
    public SuccessionStation(string root) => _root = root;

    SuccessionStation(TempFolder folder, string recoveryKey)
    {
        _folder = folder;
        _root = folder.Path;
        RecoveryKey = recoveryKey;
    }

    public string Data => this["data"];

    /// <summary>From paper: what the first start printed.</summary>
    public string RecoveryKey { get; private set; } = "";

    public SigningKey Recovery => SigningKey.Parse(RecoveryKey);

    public TestClock Clock { get; } = new();

    public static GatewaySettings Settings { get; } = new(
        new GatewayOptions { Origin = "station-01.example", Profiles = Path.Combine(DocsFolder.Root, "device-profiles") },
        new LedgerOptions { SegmentBytes = 1 << 20, ReserveBytes = 0 });

    public string this[params string[] names] => Path.Combine([_root, .. names]);

    /// <summary>What a kill at this moment would leave.</summary>
    public SuccessionStation Copy() => new(_folder!.Copy(), RecoveryKey);

    public async Task<GatewayData> OpenAsync()
    {
        var data = await GatewayData.OpenAsync(Data, Settings, Clock, Clock.Time, NullLoggerFactory.Instance);
        if (data.Ledger.Recovery.Created is { } created) RecoveryKey = created.RecoveryKey;
        return data;
    }

    /// <summary>A device, so many messages, the last of them an object, and an orderly stop.</summary>
    /// <returns>The device's secret.</returns>
    public async Task<string> FillAsync(int messages)
    {
        await using var data = await OpenAsync();
        using var registrar = new DeviceRegistrar(data);
        var values = new Dictionary<string, string> { ["name"] = "一号卡口" };
        var secret = data.Devices.Find(Device) is null
            ? (await registrar.AddAsync(new NewDevice(Device, "camera-mqtt", new DevicePlace(), values), Actor.LocalAdministrator, CancellationToken.None)).Secret!
            : "";
        for (var n = 1; n < messages; n++) await SealAsync(data, $"e-{n}");
        if (messages > 0) await SealAsync(data, "large", padding: 20_000);
        await LedgerLifecycle.SealStopAsync(data.Ledger, CancellationToken.None);
        return secret;
    }

    public static async Task<SealOutcome> SealAsync(GatewayData data, string? eventId, int padding = 0, string content = "")
    {
        var device = data.Directory.Current.Find(Device)!;
        const string topic = "edgegw/v1/camera-01/event/capture";
        var rule = device.Profile.MatchTopic(Device, topic)!;
        var payload = Encoding.UTF8.GetBytes($$"""{"capturedAt":"2026-11-22T08:00:00+08:00","padding":"{{content}}{{new string('x', padding)}}"}""");
        var arrival = new Arrival
        {
            Device = device,
            Message = rule,
            Payload = payload,
            Interpretation = JsonInterpretation.Read(rule, payload) with { EventId = eventId },
            Address = topic,
            Authentication = new Authentication("secret", "0123456789abcdef", "none"),
            ReceivedAt = new DateTimeOffset(2026, 11, 22, 5, 0, 0, TimeSpan.Zero),
            Duplicate = false,
        };
        using var meters = new DocsMeters();
        var sealer = new Sealer(data.Ledger, data.Objects, new QuarantineLimit(TimeProvider.System), new IngestMetrics(meters), NullLogger<Sealer>.Instance);
        return await (await sealer.SubmitAsync(arrival, CancellationToken.None)).WaitAsync(TimeSpan.FromSeconds(60));
    }

    public LedgerRotation Rotation(Action<string>? reached = null) => new(Data, Settings, Clock, Clock.Time, reached);

    public Task<RotationResult> RotateAsync(bool withPaper = false, Action<string>? reached = null) => Rotation(reached).RunAsync(
        new RotationRequest("new year", withPaper ? Recovery : null, null), Actor.LocalAdministrator, CancellationToken.None);

    public VerificationReport Verify(bool objects = true)
    {
        var key = VerifierKey.Parse(File.ReadAllText(LedgerKeys.PublicPath(Data)).Trim());
        return AllLogsVerification.Run(new VerificationRequest(this["data", "ledger"], key, null, objects, Data), null, CancellationToken.None);
    }

    public void AssertVerifies()
    {
        var report = Verify();
        Assert.True(report.IsGood, report.Sentence);
    }

    public static async Task<JsonNode> AskAsync(GatewayData data, string command, JsonObject? arguments = null)
    {
        using var registrar = new DeviceRegistrar(data);
        var answer = await new CommandTable(data, registrar, TimeProvider.System).Find(command)!(arguments ?? [], Actor.LocalAdministrator, CancellationToken.None);
        return JsonNode.Parse(answer.ToJsonString())!;
    }

    public void Dispose() => _folder?.Dispose();
}
