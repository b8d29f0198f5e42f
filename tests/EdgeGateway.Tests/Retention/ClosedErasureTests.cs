using System.Text.Json.Nodes;
using EdgeGateway.Custody;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Retention;

/// <summary>Retention reaches the closed logs: their tombstones stand in the log that is written, their bytes are cut out of theirs.</summary>
public sealed class ClosedErasureTests : IAsyncLifetime
{
    const string Secret = """{"plate":"粤B12345"}""";

    CustodyDesk _desk = null!;

    public async Task InitializeAsync() => _desk = await CustodyDesk.OpenAsync();

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_due_in_a_closed_log_is_erased_and_everything_still_verifies(bool fullBundle)
    {
        var item = await _desk.SealAsync(Secret);
        var large = await _desk.SealAsync(new byte[20_000]);
        if (fullBundle) await _desk.FillBundleOfAsync(item);
        var log = await _desk.RotateAsync();
        _desk.Clock.Time.Advance(TimeSpan.FromDays(200));

        var due = (await _desk.AskAsync("evidence-due", new JsonObject { ["log"] = log }))["items"]!.AsArray();
        Assert.Contains(due, row => row!["index"]!.GetValue<long>() == item && row["origin"]!.GetValue<string>() == log);
        var answer = await _desk.AskAsync("evidence-erase", new JsonObject { ["due"] = true, ["log"] = log, ["reason"] = "到期" });

        Assert.Equal(due.Count, answer["erased"]!.GetValue<int>());
        Assert.Equal(0, answer["pending"]!.GetValue<int>());
        Assert.False(_desk.Data.Objects.Exists(ObjectOf(new byte[20_000])));
        Assert.Empty(_desk.FilesWith(Secret));
        await AssertErasedAsync(log, item);
        await AssertErasedAsync(log, large);
        var report = await _desk.VerifyAllAsync();
        Assert.True(report.IsGood, report.Sentence);
        Assert.Equal(due.Count, Assert.Single(report.Closed!).Erased);
        Assert.Empty((await _desk.AskAsync("evidence-due", new JsonObject { ["log"] = log }))["items"]!.AsArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_crash_between_the_tombstone_and_the_cutting_is_finished_by_the_next_start(int steps)
    {
        var bytes = new byte[25_000];
        var item = await _desk.SealAsync(bytes);
        var log = await _desk.RotateAsync();
        var selected = SelectedLog.Find(_desk.Data, log, _desk.Enough);
        var found = new ItemLookup(selected).Find(item, out _, out _)!.Value;
        await CustodyEntries.Tombstone(found, "default", null, withObject: true, byRetention: false, "r", "b").SealAsync(_desk.Data.Ledger, _desk.Enough);
        await _desk.ReopenAsync();
        if (steps > 0) Assert.True(_desk.Data.Objects.Remove(ObjectOf(bytes)));
        if (steps > 1) _desk.Data.Logs.Find(log).Ledger.Erase([item]);

        // From the tombstone on nobody is shown what a file may still hold, and it may be missing.
        await AssertErasedAsync(log, item);
        Assert.True((await _desk.VerifyAllAsync()).IsGood);
        await _desk.ReopenAsync();
        await _desk.CarryOutAsync();

        Assert.False(_desk.Data.Objects.Exists(ObjectOf(bytes)));
        Assert.True(_desk.Data.Logs.Find(log).Ledger.Read(item, 1)[0].PrivatePart.IsEmpty);
        Assert.Equal(0, _desk.Data.Erasures.Pending);
        var report = await _desk.VerifyAllAsync();
        Assert.True(report.IsGood, report.Sentence);
    }

    [Fact]
    public async Task What_a_log_had_not_carried_out_when_it_was_closed_is_carried_out_behind_it()
    {
        var item = await _desk.SealAsync(Secret);
        _desk.Clock.Time.Advance(TimeSpan.FromDays(200));
        await EraseAsync(null, item);
        var first = await _desk.RotateAsync();
        Assert.NotEmpty(_desk.FilesWith(Secret));
        await _desk.RotateAsync();

        await _desk.CarryOutAsync();

        Assert.Empty(_desk.FilesWith(Secret));
        Assert.Equal(_desk.Data.Logs.Find(first).Ledger.Size, _desk.Data.Logs.Find(first).Ledger.ErasuresDone);
        Assert.True((await _desk.VerifyAllAsync()).IsGood);
    }

    [Fact]
    public async Task A_tombstone_of_a_log_that_is_closed_too_counts_for_the_one_before_it()
    {
        var item = await _desk.SealAsync(Secret);
        var first = await _desk.RotateAsync();
        _desk.Clock.Time.Advance(TimeSpan.FromDays(200));
        await EraseAsync(first, item);
        var second = await _desk.RotateAsync();

        await _desk.CarryOutAsync();

        await AssertErasedAsync(first, item);
        Assert.Equal(second, (await ShowAsync(first, item))["tombstoneLog"]!.GetValue<string>());
        Assert.Contains("erased", await _desk.RefusedAsync("evidence-erase", Order(first, item)), StringComparison.Ordinal);
        var report = await _desk.VerifyAllAsync();
        Assert.True(report.IsGood, report.Sentence);
        Assert.Equal(1, report.Closed![0].Erased);
    }

    [Fact]
    public async Task An_object_stays_as_long_as_an_item_of_any_log_needs_it()
    {
        var bytes = new byte[30_000];
        var old = await _desk.SealAsync(bytes);
        var log = await _desk.RotateAsync();
        _desk.Clock.Time.Advance(TimeSpan.FromDays(190));
        var young = await _desk.SealAsync(bytes);

        await EraseAsync(log, old);
        Assert.True(_desk.Data.Objects.Exists(ObjectOf(bytes)));
        var second = await _desk.RotateAsync();
        _desk.Clock.Time.Advance(TimeSpan.FromDays(190));
        var youngest = await _desk.SealAsync(bytes);
        await EraseAsync(second, young);
        Assert.True(_desk.Data.Objects.Exists(ObjectOf(bytes)));
        Assert.True((await _desk.VerifyAllAsync()).IsGood);
        _desk.Clock.Time.Advance(TimeSpan.FromDays(190));
        await _desk.ReopenAsync();
        await EraseAsync(null, youngest);

        Assert.False(_desk.Data.Objects.Exists(ObjectOf(bytes)));
        Assert.True((await _desk.VerifyAllAsync()).IsGood);
    }

    [Fact]
    public async Task A_closed_item_that_is_gone_without_a_tombstone_is_named()
    {
        var item = await _desk.SealAsync(Secret);
        var log = await _desk.RotateAsync();
        await _desk.SealAsync(Secret);
        _desk.Data.Logs.Find(log).Ledger.Erase([item]);

        var report = await _desk.VerifyAllAsync();

        Assert.False(report.IsGood);
        Assert.Equal(item, report.Fault!.EntryIndex);
        Assert.Contains("logs/001", report.Sentence, StringComparison.Ordinal);
        Assert.Contains("no entry says who", report.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_early_is_refused_and_recorded_with_the_log()
    {
        var item = await _desk.SealAsync(Secret);
        var log = await _desk.RotateAsync();

        Assert.Contains("too early", await _desk.RefusedAsync("evidence-erase", Order(log, item)), StringComparison.Ordinal);

        var entry = Assert.Single((await _desk.AskAsync("evidence-history", new JsonObject { ["index"] = item, ["log"] = log })).AsArray())!;
        Assert.Equal("erasure-refused", entry["action"]!.GetValue<string>());
        Assert.NotNull((await ShowAsync(log, item))["private"]);
    }

    [Fact]
    public async Task Nothing_is_erased_while_a_log_that_may_hold_it_back_cannot_be_read()
    {
        var item = await _desk.SealAsync(Secret);
        await _desk.RotateAsync();
        var young = await _desk.SealAsync(Secret);
        _desk.Clock.Time.Advance(TimeSpan.FromDays(200));
        File.Delete(_desk["data", "logs", "001", "ledger", "checkpoint"]);
        await _desk.ReopenAsync();

        Assert.Contains("is missing", await _desk.RefusedAsync("evidence-erase", Order(null, young)), StringComparison.Ordinal);
        Assert.NotNull((await ShowAsync(null, young))["private"]);
        Assert.True(item > 0);
    }

    async Task AssertErasedAsync(string log, long item)
    {
        var shown = await ShowAsync(log, item);
        Assert.True(shown["erased"]!.GetValue<bool>());
        Assert.Null(shown["private"]);
    }

    Task<JsonNode> EraseAsync(string? log, long item) => _desk.AskAsync("evidence-erase", Order(log, item));

    Task<JsonNode> ShowAsync(string? log, long item) => _desk.AskAsync("evidence-show", new JsonObject { ["index"] = item, ["log"] = log });

    static Hash ObjectOf(byte[] bytes) => new(System.Security.Cryptography.SHA256.HashData(bytes));

    static JsonObject Order(string? log, long item) => new() { ["indices"] = new JsonArray(item), ["log"] = log, ["reason"] = "到期" };
}
