using System.Text.Json.Nodes;
using EdgeGateway.Commands;
using EdgeGateway.Gateway;
using EdgeGateway.Ingest;
using EdgeGateway.Ledger;
using EdgeGateway.Registry;
using EdgeGateway.Timestamps;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EdgeGateway.Tests.Support;

/// <summary>A data directory with time-stamp authorities, without the wires; its clock stands at the real time until told.</summary>
sealed class StampedGateway : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly TempFolder _folder;
    readonly DeviceRegistrar _registrar;
    readonly CommandTable _commands;

    StampedGateway(TempFolder folder, GatewayData data, FakeTimeProvider time, FakeClock clock)
    {
        Clock = clock;
        _folder = folder;
        Data = data;
        Time = time;
        Timestamper = new Timestamper(data, time);
        _registrar = new DeviceRegistrar(data);
        _commands = new CommandTable(data, _registrar, time, timestamper: Timestamper);
    }

    public FakeClock Clock { get; }

    public GatewayData Data { get; }

    public FakeTimeProvider Time { get; }

    public Timestamper Timestamper { get; }

    public static Task<StampedGateway> OpenAsync(TimestampOptions options) => OpenAsync(options, new TempFolder(), new FakeTimeProvider(DateTimeOffset.UtcNow));

    /// <summary>Closes it and opens it again, with other settings if given: a restart.</summary>
    public async Task<StampedGateway> OpenAgainAsync(TimestampOptions? options = null)
    {
        await CloseAsync();
        return await OpenAsync(options ?? Data.Settings.Timestamps, _folder, Time);
    }

    public static AuthorityOptions Authority(TsaServer server, OpensslAuthority authority, string name = "test-tsa", string? policy = null) =>
        new() { Name = name, Url = server.Url, Roots = authority.Roots, Policy = policy };

    /// <returns>Its index.</returns>
    public async Task<long> SealAsync(string message = "capture")
    {
        var outcome = await new OwnEntry(EntryKind.Evidence, Subjects.Device("cam-01"), body =>
        {
            body.Name("message"u8);
            body.String(message);
        }).SealAsync(Data.Ledger, CancellationToken.None);
        return outcome.Index;
    }

    public Task<IReadOnlyList<long>> RunAsync(bool now = false) => Timestamper.RunAsync(now, CancellationToken.None).WaitAsync(Patience);

    public async Task<EntryView> EntryAsync(long index)
    {
        await Data.Ledger.CatchUpAsync(CancellationToken.None).WaitAsync(Patience);
        return EntryView.Parse(Data.Ledger.Read(index, 1)[0]);
    }

    public Task<JsonNode> AskAsync(string command, JsonObject? arguments = null) =>
        _commands.Find(command)!(arguments ?? [], Actor.LocalAdministrator, CancellationToken.None).WaitAsync(Patience);

    /// <summary>As <c>evidence list</c> shows it.</summary>
    public async Task<JsonObject> ListedAsync(long index) =>
        (await AskAsync("evidence-list")).AsArray().Select(row => row!.AsObject()).Single(row => row["index"]!.GetValue<long>() == index);

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _folder.Dispose();
    }

    static async Task<StampedGateway> OpenAsync(TimestampOptions options, TempFolder folder, FakeTimeProvider time)
    {
        var settings = new GatewaySettings(
            new GatewayOptions { Origin = TestLedger.Origin, Profiles = Path.Combine(DocsFolder.Root, "device-profiles") },
            new LedgerOptions { SegmentBytes = 1 << 20, ReserveBytes = 0 })
        {
            Timestamps = options,
        };
        var clock = new FakeClock(time);
        return new StampedGateway(folder, await GatewayData.OpenAsync(folder["data"], settings, clock, time, NullLoggerFactory.Instance), time, clock);
    }

    internal sealed class FakeClock(FakeTimeProvider time) : IGatewayClock
    {
        public ClockState State { get; set; }

        public ClockReading Read() => new(
            time.GetUtcNow(), (time.GetUtcNow() - time.Start).Ticks / TimeSpan.TicksPerMicrosecond, "00000000-0000-0000-0000-000000000001", "system", State);
    }

    async Task CloseAsync()
    {
        Timestamper.Dispose();
        _registrar.Dispose();
        await Data.DisposeAsync();
    }
}
