using System.Text.Json.Nodes;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Registry;
using EdgeGateway.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Tests.Storage.Registry;

public sealed class LedgerViewsTests : IDisposable
{
    readonly StorageFolder _folder = new();
    readonly LedgerEntries _ledger = LedgerEntries.WithGenesis();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_evidence_entry_is_listed_with_its_facts()
    {
        var captured = _ledger.At.AddSeconds(-5);
        var record = _ledger.AddEvidence("cam-01", captured, "e-1");
        using var views = Applied();

        var item = Assert.Single(views.Query(new EvidenceQuery()));

        using var entry = EntryView.Parse(record);
        Assert.Equal(1, item.Index);
        Assert.Equal(EntryKind.Evidence, item.Kind);
        Assert.Equal("cam-01", item.Device);
        Assert.Equal("camera-mqtt", item.Profile);
        Assert.Equal("capture", item.Message);
        Assert.Equal("application/json", item.ContentType);
        Assert.Equal(entry.Body.Integer("size"u8), item.Size);
        Assert.Equal(entry.Private.Object("digest"u8)?.Digest("sha256"u8), item.Sha256);
        Assert.NotNull(item.Sha256);
        Assert.Equal(captured, item.CapturedAt);
        Assert.Equal(_ledger.At.AddMilliseconds(-3), item.ReceivedAt);
        Assert.Equal(_ledger.At, item.SealedAt);
        Assert.Equal("mqtt", item.Wire);
        Assert.Equal("ok", item.Parse);
        Assert.Equal("e-1", item.EventId);
        Assert.False(item.Erased);
        Assert.Equivalent(item, views.FindEvidence(1));
        Assert.Null(views.FindEvidence(0));
        Assert.Null(views.FindEvidence(2));
    }

    // LiteDB takes a collection for damaged that is read in the moment in which it is made.
    [Fact]
    public void Every_collection_is_there_before_the_first_entry_comes()
    {
        using (var views = LedgerViews.Open(_folder.Path, _ledger, NullLogger.Instance)) Assert.Empty(views.Devices());
        var before = Collections("registry.db");
        Assert.Equal(16, before.Count);

        _ledger.AddEvidence("cam-01", _ledger.At, "e-1");
        _ledger.Add("quarantine", "gateway", new JsonObject { ["reason"] = "unknown-device", ["size"] = 9, ["wire"] = "serial" });
        Applied().Dispose();
        Assert.Equal(before, Collections("registry.db"));
        Assert.Equal(["blocks", "devices", "postings", "view"], Collections(Path.GetFileName(Directory.GetFiles(_folder.Path, "evidence-*.db").MinBy(path => path.Length)!)));
    }

    [Fact]
    public void Quarantine_repeats_conflicts_and_flags_are_listed()
    {
        _ledger.Add("quarantine", "gateway", new JsonObject { ["reason"] = "unknown-device", ["size"] = 9, ["wire"] = "serial" });
        _ledger.Add(
            "evidence",
            "device/cam-01",
            new JsonObject { ["conflictsWith"] = 4, ["flags"] = new JsonArray("dup"), ["possibleRepeatOf"] = 3 },
            new JsonObject { ["capturedAt"] = "yesterday", ["object"] = new string('a', 64) });
        using var views = Applied();

        var items = views.Query(new EvidenceQuery());

        Assert.Equal(2, items.Count);
        Assert.Equal(EntryKind.Quarantine, items[0].Kind);
        Assert.Null(items[0].Device);
        Assert.Equal("unknown-device", items[0].Reason);
        Assert.Equal(4, items[1].ConflictsWith);
        Assert.Equal(3, items[1].PossibleRepeatOf);
        Assert.Equal(["dup"], items[1].Flags);
        Assert.Equal("yesterday", items[1].CapturedAtText);
        Assert.Equal(Hash.Parse(new string('a', 64)), items[1].Object);
        Assert.Single(views.Query(new EvidenceQuery { Kind = EntryKind.Quarantine }));
    }

    [Fact]
    public void Pages_follow_on_each_other_in_the_order_of_the_ledger()
    {
        Fill(3000);
        using var views = Applied();

        foreach (var query in new[]
        {
            new EvidenceQuery { Limit = 77 },
            new EvidenceQuery { Limit = 77, Device = "cam-03" },
            new EvidenceQuery { Limit = 77, Device = "cam-03", From = _ledger.At.AddMinutes(-20), To = _ledger.At.AddMinutes(-5) },
            new EvidenceQuery { Limit = 77, From = _ledger.At.AddMinutes(-20), To = _ledger.At.AddMinutes(-5) },
            new EvidenceQuery { Limit = 77, Device = "nobody" },
        })
        {
            var expected = All(views).Where(item =>
                (query.Device is null || item.Device == query.Device)
                && (query.From is null || item.Time >= query.From)
                && (query.To is null || item.Time < query.To)).Select(item => item.Index);

            Assert.Equal(expected, All(views, query).Select(item => item.Index));
        }

        Assert.Equal(3000, All(views).Count);
    }

    [Fact]
    public void Months_are_apart_and_read_as_one_even_where_the_clock_went_back()
    {
        _ledger.At = new DateTimeOffset(2026, 11, 30, 23, 59, 59, TimeSpan.Zero);
        for (var i = 0; i < 300; i++)
        {
            // Every third entry is in the month before, as a clock step or a slow start would have it.
            _ledger.At = new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero).AddMilliseconds(i % 3 == 0 ? -1 : 0);
            _ledger.AddEvidence($"cam-{i % 2}");
        }

        using var views = Applied();

        Assert.True(File.Exists(_folder.File("evidence-2026-11.db")));
        Assert.True(File.Exists(_folder.File("evidence-2026-12.db")));
        Assert.Equal(Enumerable.Range(1, 300).Select(i => (long)i), All(views, new EvidenceQuery { Limit = 7 }).Select(item => item.Index));
        Assert.Equal(
            Enumerable.Range(1, 300).Where(i => i % 2 == 1).Select(i => (long)i),
            All(views, new EvidenceQuery { Limit = 7, Device = "cam-0" }).Select(item => item.Index));
        Assert.All([1L, 2L, 300L], index => Assert.Equal(index, views.FindEvidence(index)!.Index));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(1000)]
    public void Views_made_again_equal_views_made_entry_by_entry(int batch)
    {
        Fill(700);
        var incremental = new StorageFolder();
        using (var views = LedgerViews.Open(incremental.Path, _ledger, NullLogger.Instance)) CatchUp(views, batch);
        using (var views = Applied())
        {
            views.Rebuild();
            Assert.Equal(0, views.Position);
            Assert.Empty(views.Query(new EvidenceQuery()));
            CatchUp(views, 500);
        }

        Assert.Equal(ViewDump.Of(_folder.Path), ViewDump.Of(incremental.Path));
        incremental.Dispose();
    }

    [Fact]
    public void A_batch_that_a_crash_cut_through_is_applied_again_to_the_same_content()
    {
        Fill(200);
        using (Applied())
        {
        }

        var expected = ViewDump.Of(_folder.Path);
        var before = new StorageFolder();
        using (var views = LedgerViews.Open(before.Path, _ledger, NullLogger.Instance)) views.Apply([.. _ledger.Records.Take(100)]);

        // As after a crash between the months' files and the registry: those have the batch, it does not.
        File.Copy(before.File("registry.db"), _folder.File("registry.db"), overwrite: true);
        before.Dispose();
        using (var views = LedgerViews.Open(_folder.Path, _ledger, NullLogger.Instance))
        {
            Assert.Equal(100, views.Position);
            CatchUp(views, 1000);
        }

        Assert.Equal(expected, ViewDump.Of(_folder.Path));
    }

    [Fact]
    public void Entries_already_applied_are_passed_over_and_gaps_are_refused()
    {
        Fill(50);
        using var views = LedgerViews.Open(_folder.Path, _ledger, NullLogger.Instance);
        views.Apply([.. _ledger.Records.Take(30)]);

        views.Apply([.. _ledger.Records.Skip(10).Take(40)]);

        Assert.Equal(50, views.Position);
        Assert.Equal(All(views).Select(item => item.Index).Distinct(), All(views).Select(item => item.Index));
        _ledger.Add("gap", "gateway", []);
        Assert.Throws<ArgumentException>(() => views.Apply([_ledger.Add("gap", "gateway", [])]));
    }

    [Fact]
    public void An_erased_private_part_leaves_the_list_too()
    {
        _ledger.AddEvidence("cam-01", _ledger.At, "e-1");
        _ledger.AddEvidence("cam-01", _ledger.At, "e-2");
        _ledger.AddDevice("cam-01", "add", new JsonObject { ["contact"] = "a person" }, "c1");
        using var views = Applied();

        Assert.True(views.Refresh(_ledger.Erase(1)));
        Assert.True(views.Refresh(_ledger.Erase(3)));

        var item = views.FindEvidence(1)!;
        Assert.True(item.Erased);
        Assert.Null(item.Sha256);
        Assert.Null(item.EventId);
        Assert.Null(item.CapturedAt);
        Assert.Equal("capture", item.Message);
        Assert.Equal("e-2", views.FindEvidence(2)!.EventId);
        Assert.Empty(views.FindDevice("cam-01")!.Values);
        _ledger.AddEvidence("cam-01");
        CatchUp(views, 10);
        var incremental = ViewDump.Of(All(views), views.Devices());
        views.Rebuild();
        CatchUp(views, 10);
        Assert.Equal(ViewDump.Of(All(views), views.Devices()), incremental);
    }

    [Fact]
    public void A_malformed_entry_stops_the_batch_before_anything_of_it_is_applied()
    {
        Fill(10);
        using var views = Applied();
        var position = views.Position;
        _ledger.AddEvidence("cam-01");
        _ledger.AddRaw("{}"u8.ToArray(), [], []);

        Assert.Throws<LedgerCorruptException>(() => CatchUp(views, 10));

        Assert.Equal(position, views.Position);
        Assert.Null(views.FindEvidence(position));
    }

    [Fact]
    public void Unknown_kinds_are_passed_over()
    {
        _ledger.Add("verdict", "gateway", []);
        _ledger.AddEvidence("cam-01");
        using var views = Applied();

        Assert.Single(All(views));
    }

    void Fill(int count)
    {
        var random = new Random(3);
        _ledger.AddDevice("cam-00", "add", new JsonObject { ["line"] = "/dev/ttyS0", ["mn"] = "0123" }, "c0");
        for (var i = 1; _ledger.Size <= count; i++)
        {
            _ledger.At = _ledger.At.AddSeconds(random.Next(2));
            if (i % 50 == 0)
            {
                _ledger.AddDevice($"cam-{i % 7:00}", "change", new JsonObject { ["site"] = $"site-{i}" }, null);
                continue;
            }

            _ledger.AddEvidence(
                $"cam-{random.Next(10):00}", random.Next(3) == 0 ? null : _ledger.At.AddSeconds(-random.Next(600)), $"e-{i}");
        }

        for (var evidence = _ledger.Records.Count(IsEvidence); evidence < count; evidence++) _ledger.AddEvidence("cam-03");
    }

    static bool IsEvidence(LedgerRecord record)
    {
        using var entry = EntryView.Parse(record);
        return entry.Kind == EntryKind.Evidence;
    }

    List<string> Collections(string file)
    {
        using var database = new LiteDB.LiteDatabase(Path.Combine(_folder.Path, file));
        return [.. database.GetCollectionNames().Order(StringComparer.Ordinal)];
    }

    LedgerViews Applied()
    {
        var views = LedgerViews.Open(_folder.Path, _ledger, NullLogger.Instance);
        CatchUp(views, 1000);
        return views;
    }

    void CatchUp(LedgerViews views, int batch)
    {
        while (ViewUpdater.CatchUp(_ledger, views, batch) > 0)
        {
        }

        Assert.Equal(_ledger.Size, views.Position);
    }

    static List<EvidenceItem> All(LedgerViews views, EvidenceQuery? query = null)
    {
        query ??= new EvidenceQuery { Limit = 10_000 };
        var all = new List<EvidenceItem>();
        while (true)
        {
            var page = views.Query(query);
            if (page.Count == 0) return all;
            Assert.True(page.Count <= query.Limit);
            all.AddRange(page);
            query = query with { After = page[^1].Index };
        }
    }
}
