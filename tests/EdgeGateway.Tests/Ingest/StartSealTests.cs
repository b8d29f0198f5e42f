using EdgeGateway.Evidence;
using EdgeGateway.Ingest;
using EdgeGateway.Ledger;
using EdgeGateway.Profiles;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Storage.Objects;
using EdgeGateway.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Tests.Ingest;

/// <summary>A start on a full disk: what it begins with waits, and so does everything that devices send.</summary>
public sealed class StartSealTests : IDisposable
{
    readonly LedgerSmallDisk _disk = new(8);
    readonly TestClock _clock = new();

    public void Dispose() => _disk.Dispose();

    [Fact]
    public async Task Nothing_is_taken_before_the_gap_and_the_start_are_sealed_however_long_the_disk_is_full()
    {
        await using (var before = Open(0))
        {
            using var first = Start(before);
            Assert.True(await first.TryAsync(CancellationToken.None));
            Assert.Equal(SealStatus.Sealed, (await TestLedger.SealAsync(before, 0, 1))[0].Status);
        }

        // Killed, so to say: no stop was sealed.
        _disk.Fill(pagesLeft: 64);
        await using var ledger = Open(16 << 20);
        using var meters = new DocsMeters();
        using var start = Start(ledger);
        var sealer = new Sealer(
            ledger, ObjectStore.Open(Path.Combine(_disk.Path, "objects")), new QuarantineLimit(_clock.Time), new IngestMetrics(meters), NullLogger<Sealer>.Instance, start);
        Assert.False(await start.TryAsync(CancellationToken.None));
        Assert.Equal(SealStatus.Unavailable, (await SendAsync(sealer)).Status);
        Assert.False(start.IsSealed);
        var size = ledger.Size;

        await ledger.DisposeAsync();
        _disk.Free();
        await using var free = Open(0);
        using var later = Start(free);
        sealer = new Sealer(
            free, ObjectStore.Open(Path.Combine(_disk.Path, "objects")), new QuarantineLimit(_clock.Time), new IngestMetrics(meters), NullLogger<Sealer>.Instance, later);
        Assert.Equal(SealStatus.Sealed, (await SendAsync(sealer)).Status);

        await free.CatchUpAsync(CancellationToken.None);
        var kinds = TestLedger.ReadAll(free).Skip((int)size).Select(record =>
        {
            using var entry = EntryView.Parse(record);
            return $"{entry.KindName} {entry.Body.Text("event"u8) ?? entry.Body.Text("reason"u8)}".Trim();
        }).ToList();
        Assert.Equal(["gap unclean-stop", "gateway start", "evidence"], kinds);
        Assert.True(later.IsSealed);
    }

    FileLedger Open(long reserve) => TestLedger.Open(TestLedger.Settings(_disk.Path) with { ReserveBytes = reserve }, _clock);

    StartSeal Start(FileLedger ledger) =>
        new(ledger, ProfileCatalog.Load(Path.Combine(DocsFolder.Root, "device-profiles")).Catalog, "Gateway:Origin=station-01.example", Task.FromResult(new byte[32]), _clock.Time);

    static Arrival Arrival() => new()
    {
        Device = IngestSome.Device("cam-01"),
        Message = IngestSome.Profile.Messages[0] with { Name = "event", Class = MessageClass.Evidence },
        Payload = "{}"u8.ToArray(),
        Interpretation = new Interpretation { Verdict = ParseVerdict.Ok },
        Address = "edgegw/v1/cam-01/event/x",
        Authentication = Authentication.None,
        ReceivedAt = IngestSome.Noon,
    };

    static async Task<SealOutcome> SendAsync(Sealer sealer) =>
        await (await sealer.SubmitAsync(Arrival(), CancellationToken.None)).WaitAsync(TimeSpan.FromSeconds(60));
}
