using EdgeGateway.Storage.Registry;
using EdgeGateway.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Tests.Storage.Registry;

/// <summary>Whatever happens to the views' files, the ledger makes them equal again.</summary>
public sealed class DamagedViewsTests : IDisposable
{
    readonly StorageFolder _folder = new();
    readonly LedgerEntries _ledger = LedgerEntries.WithGenesis();
    readonly string _whole;

    public DamagedViewsTests()
    {
        for (var i = 0; i < 400; i++)
        {
            if (i == 200) _ledger.At = _ledger.At.AddMonths(1);
            if (i % 40 == 0) _ledger.AddDevice($"cam-{i}", "add", [], null);
            _ledger.AddEvidence($"cam-{i % 5}", _ledger.At, $"e-{i}");
        }

        CatchUp();
        _whole = ViewDump.Of(_folder.Path);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("registry.db")]
    [InlineData("evidence-2026-11.db")]
    [InlineData("evidence-2026-12.db")]
    public void A_file_cut_short_is_kept_aside_and_made_again(string name)
    {
        var bytes = File.ReadAllBytes(_folder.File(name));
        var n = 0;
        foreach (var length in new[] { 1, 100, 8191, 8192, 8193, bytes.Length / 2, bytes.Length - 8192, bytes.Length - 1 })
        {
            File.WriteAllBytes(_folder.File(name), bytes[..length]);

            CatchUp();

            Assert.Equal(bytes[..length], File.ReadAllBytes(_folder.File($"{name}.corrupt-{++n}")));
            Assert.Equal(_whole, ViewDump.Of(_folder.Path));
        }
    }

    [Theory]
    [InlineData("registry.db")]
    [InlineData("evidence-2026-11.db")]
    [InlineData("evidence-2026-12.db")]
    public void A_file_that_was_deleted_is_made_again(string name)
    {
        File.Delete(_folder.File(name));

        CatchUp();

        Assert.Equal(_whole, ViewDump.Of(_folder.Path));
    }

    [Theory]
    [InlineData("registry.db")]
    [InlineData("evidence-2026-12.db")]
    public void Noise_in_any_page_is_found_and_made_good_or_does_no_harm(string name)
    {
        var bytes = File.ReadAllBytes(_folder.File(name));
        var random = new Random(2);
        for (var page = 0; page < Math.Min(8, bytes.Length / 8192); page++)
        {
            var noisy = bytes.ToArray();
            random.NextBytes(noisy.AsSpan(8192 * page, 8192));
            File.WriteAllBytes(_folder.File(name), noisy);

            using var views = LedgerViews.Open(_folder.Path, _ledger, NullLogger.Instance);
            CatchUp(views);
            try
            {
                AssertWhole(views);
            }
            catch (ViewCorruptException)
            {
                ViewUpdater.CatchUp(_ledger, views, 1);
                CatchUp(views);
                AssertWhole(views);
            }
        }

        static void AssertWhole(LedgerViews views)
        {
            Assert.Equal(400, views.Query(new EvidenceQuery { Limit = 10_000 }).Count);
            Assert.Equal(10, views.Devices().Count);
        }
    }

    [Fact]
    public void A_file_of_noise_is_kept_aside_and_made_again()
    {
        var noise = new byte[100_000];
        new Random(1).NextBytes(noise);
        File.WriteAllBytes(_folder.File("evidence-2026-12.db"), noise);

        CatchUp();

        Assert.Equal(_whole, ViewDump.Of(_folder.Path));
        Assert.Equal(noise, File.ReadAllBytes(_folder.File("evidence-2026-12.db.corrupt-1")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public void Damage_that_a_query_meets_is_reported_to_it_and_made_good_by_the_next_step(int fromPage)
    {
        using var views = LedgerViews.Open(_folder.Path, _ledger, NullLogger.Instance);
        Destroy("evidence-2026-11.db", fromPage);

        var exception = Assert.Throws<ViewCorruptException>(() => views.Query(new EvidenceQuery()));
        Assert.Equal(_folder.File("evidence-2026-11.db"), exception.Path);
        ViewUpdater.CatchUp(_ledger, views, 1);
        CatchUp(views);

        Assert.Equal(400, views.Query(new EvidenceQuery { Limit = 1000 }).Count);
        Assert.True(File.Exists(_folder.File("evidence-2026-11.db.corrupt-1")));
    }

    [Fact]
    public void A_month_that_a_kill_left_behind_the_registry_is_read_again_from_where_it_is()
    {
        var before = File.ReadAllBytes(_folder.File("evidence-2026-12.db"));
        var position = _ledger.Size;
        for (var i = 0; i < 10; i++) _ledger.AddEvidence("cam-1");
        CatchUp();
        var whole = ViewDump.Of(_folder.Path);
        File.WriteAllBytes(_folder.File("evidence-2026-12.db"), before);

        using (var views = LedgerViews.Open(_folder.Path, _ledger, NullLogger.Instance))
        {
            Assert.Equal(position, views.Position);
            CatchUp(views);
        }

        Assert.Equal(whole, ViewDump.Of(_folder.Path));
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.corrupt-*"));
    }

    [Fact]
    public void Views_of_another_ledger_are_made_again()
    {
        var other = LedgerEntries.WithGenesis("station-02.example");
        other.AddEvidence("cam-77");

        using var views = LedgerViews.Open(_folder.Path, other, NullLogger.Instance);
        Assert.Equal(0, views.Position);
        ViewUpdater.CatchUp(other, views, 100);

        Assert.Equal("cam-77", Assert.Single(views.Query(new EvidenceQuery())).Device);
        Assert.Empty(views.Devices());
    }

    [Fact]
    public void Views_that_are_ahead_of_the_ledger_are_made_again()
    {
        var shorter = LedgerEntries.WithGenesis();
        shorter.AddEvidence("cam-77");
        Assert.Equal(_ledger.Log, shorter.Log);

        using var views = LedgerViews.Open(_folder.Path, shorter, NullLogger.Instance);
        ViewUpdater.CatchUp(shorter, views, 100);

        Assert.Equal("cam-77", Assert.Single(views.Query(new EvidenceQuery())).Device);
    }

    [Fact]
    public async Task Readers_beside_the_writer_see_whole_pages()
    {
        using var views = LedgerViews.Open(_folder.Path, _ledger, NullLogger.Instance);
        for (var i = 0; i < 2000; i++) _ledger.AddEvidence($"cam-{i % 5}", _ledger.At, $"f-{i}");
        using var stop = new CancellationTokenSource();
        var reading = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reader = Task.Run(() =>
        {
            var rounds = 0;
            while (!stop.IsCancellationRequested)
            {
                var page = views.Query(new EvidenceQuery { Device = "cam-1", After = 300, Limit = 500 });
                Assert.All(page, item => Assert.Equal("cam-1", item.Device));
                Assert.Equal(page.Select(item => item.Index).Order(), page.Select(item => item.Index));
                rounds++;
                reading.TrySetResult();
            }

            return rounds;
        });

        // A busy machine may start the reader after all is written; one that fails ends the wait.
        await Task.WhenAny(reading.Task, reader);
        while (ViewUpdater.CatchUp(_ledger, views, 50) > 0)
        {
        }

        await stop.CancelAsync();
        Assert.InRange(await reader, 1, int.MaxValue);
        Assert.Equal(480, views.Query(new EvidenceQuery { Device = "cam-1", Limit = 1000 }).Count);
    }

    void Destroy(string name, int fromPage)
    {
        using var file = File.OpenHandle(_folder.File(name), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        var noise = new byte[RandomAccess.GetLength(file) - 8192 * fromPage];
        new Random(1).NextBytes(noise);
        RandomAccess.Write(file, noise, 8192 * fromPage);
    }

    void CatchUp()
    {
        using var views = LedgerViews.Open(_folder.Path, _ledger, NullLogger.Instance);
        CatchUp(views);
    }

    void CatchUp(LedgerViews views)
    {
        for (var step = 0; views.Position < _ledger.Size; step++)
        {
            Assert.True(step < 20, "The views do not catch up.");
            ViewUpdater.CatchUp(_ledger, views, 250);
        }
    }
}
