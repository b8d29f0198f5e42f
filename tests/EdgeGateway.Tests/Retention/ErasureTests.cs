using System.Text.Json.Nodes;
using EdgeGateway.Custody;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Retention;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Retention;

/// <summary>What is due goes, what is not stays, and every step of going may be the last one before a crash.</summary>
public sealed class ErasureTests : IAsyncLifetime
{
    const string Secret = """{"plate":"粤B12345"}""";

    CustodyDesk _desk = null!;

    public async Task InitializeAsync() => _desk = await CustodyDesk.OpenAsync();

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    [Trait("Ask", "Retention obeyed, by size too")]
    [Fact]
    public async Task What_is_due_is_erased_and_the_ledger_still_verifies()
    {
        var item = await _desk.SealAsync(Secret);
        var large = await _desk.SealAsync(new byte[20_000]);
        await _desk.FillBundleOfAsync(item);
        _desk.Clock.Time.Advance(TimeSpan.FromDays(200));
        await _desk.ReopenAsync();
        var young = await _desk.SealAsync("""{"young":true}""");

        var answer = await _desk.AskAsync("evidence-erase", new JsonObject { ["due"] = true, ["reason"] = "到期" });

        Assert.True(answer["erased"]!.GetValue<int>() > 200);
        Assert.False(_desk.Data.Objects.Exists(ObjectOf(new byte[20_000])));
        var shown = await ShowAsync(item);
        Assert.True(shown["erased"]!.GetValue<bool>());
        Assert.Null(shown["private"]);
        Assert.Null((await ShowAsync(young))["erased"]);
        Assert.Equal(0, (await _desk.AskAsync("evidence-erase", new JsonObject { ["due"] = true, ["reason"] = "到期" }))["erased"]!.GetValue<int>());
        var report = await _desk.VerifyAsync();
        Assert.True(report.IsGood, report.Sentence);
        Assert.Equal(answer["erased"]!.GetValue<int>(), report.Erased);

        var before = (await _desk.AskAsync("evidence-list")).ToJsonString();
        await _desk.AskAsync("rebuild");
        Assert.Equal(before, (await _desk.AskAsync("evidence-list")).ToJsonString());
    }

    [Fact]
    public async Task Nothing_of_an_erased_item_is_left_in_any_file_once_newer_entries_have_filled_the_bundle()
    {
        var item = await _desk.SealAsync(Secret);
        _desk.Clock.Time.Advance(TimeSpan.FromDays(200));
        var answer = await EraseAsync(item);

        Assert.Equal(1, answer["pending"]!.GetValue<int>());
        Assert.Null((await ShowAsync(item))["private"]);
        Assert.NotEmpty(_desk.FilesWith(Secret));
        var fresh = await _desk.VerifyAsync();
        Assert.Equal((1, fresh.Checkpoint!.Size + fresh.Pending - 1), (fresh.Erased, fresh.PrivateParts));

        await _desk.FillBundleOfAsync(item);
        await _desk.CarryOutAsync();
        await _desk.FillBundleOfAsync(_desk.Data.Ledger.DurableSize + 256);
        await _desk.CarryOutAsync();

        Assert.Empty(_desk.FilesWith(Secret));
        Assert.Equal(0, _desk.Data.Erasures.Pending);
        Assert.True((await _desk.VerifyAsync()).IsGood);
    }

    [Fact]
    public async Task Too_early_is_refused_and_recorded()
    {
        var item = await _desk.SealAsync(Secret);
        _desk.Clock.Time.Advance(TimeSpan.FromDays(100));

        var error = await _desk.RefusedAsync("evidence-erase", Order(item));

        Assert.Contains("too early", error, StringComparison.Ordinal);
        Assert.NotNull((await ShowAsync(item))["private"]);
        var refused = (await _desk.AskAsync("evidence-history", new JsonObject { ["index"] = item })).AsArray()[0]!;
        Assert.Equal("erasure-refused", refused["action"]!.GetValue<string>());
        Assert.Equal("too-early", refused["reason"]!.GetValue<string>());
    }

    [Fact]
    public async Task Run_again_it_says_that_the_item_is_erased_already()
    {
        var item = await _desk.SealAsync(Secret);
        _desk.Clock.Time.Advance(TimeSpan.FromDays(400));
        await EraseAsync(item);

        var error = await _desk.RefusedAsync("evidence-erase", Order(item));

        Assert.StartsWith($"Entry {item} is not to be erased: it is erased already, by entry ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_case_keeps_its_items_until_a_person_orders_it_and_no_hold_stands_against_it()
    {
        var item = await _desk.SealAsync(Secret);
        await _desk.AskAsync("evidence-tag", new JsonObject { ["rows"] = CustodyDesk.Rows([item], ("case", "77")) });
        await _desk.AskAsync("evidence-hold", new JsonObject { ["case"] = "77", ["reason"] = "复议" });
        _desk.Clock.Time.Advance(TimeSpan.FromDays(400));

        Assert.Empty((await _desk.AskAsync("evidence-due"))["items"]!.AsArray());
        Assert.Contains("on hold", await _desk.RefusedAsync("evidence-erase", Order(item)), StringComparison.Ordinal);
        var refused = (await _desk.AskAsync("evidence-history", new JsonObject { ["index"] = item })).AsArray()[^1]!;
        Assert.Equal(("case-on-hold", "77"), (refused["reason"]!.GetValue<string>(), refused["case"]!.GetValue<string>()));
        await _desk.AskAsync("evidence-hold", new JsonObject { ["case"] = "77", ["reason"] = "结案", ["release"] = true });
        Assert.Empty((await _desk.AskAsync("evidence-due"))["items"]!.AsArray());
        await EraseAsync(item);

        Assert.Null((await ShowAsync(item))["private"]);
    }

    [Fact]
    public async Task A_clock_that_nothing_vouches_for_decides_nothing_but_a_persons_date_does_unless_it_lies_ahead()
    {
        await using var desk = await CustodyDesk.OpenAsync(decides: false);
        var item = await desk.SealAsync(Secret);
        desk.Clock.Time.Advance(TimeSpan.FromDays(200));

        Assert.Contains("--as-of", await desk.RefusedAsync("evidence-due"), StringComparison.Ordinal);
        Assert.Contains("--as-of", await desk.RefusedAsync("evidence-erase", Order(item)), StringComparison.Ordinal);
        Assert.Contains("ahead", await desk.RefusedAsync("evidence-erase", Order(item, "2040-01-01")), StringComparison.Ordinal);
        Assert.Contains("too early", await desk.RefusedAsync("evidence-erase", Order(item, "2027-01-01")), StringComparison.Ordinal);
        Assert.Equal(3, (await desk.KindsAsync()).Count(kind => kind == "custody"));
        await desk.AskAsync("evidence-erase", Order(item, "2027-06-09"));

        Assert.True((await desk.AskAsync("evidence-show", new JsonObject { ["index"] = item }))["erased"]!.GetValue<bool>());
    }

    [Fact]
    public async Task An_object_stays_as_long_as_another_item_needs_it()
    {
        var bytes = new byte[30_000];
        var first = await _desk.SealAsync(bytes);
        _desk.Clock.Time.Advance(TimeSpan.FromDays(190));
        var second = await _desk.SealAsync(bytes);
        var digest = ObjectOf(bytes);

        await EraseAsync(first);
        Assert.True(_desk.Data.Objects.Exists(digest));
        _desk.Clock.Time.Advance(TimeSpan.FromDays(190));
        await _desk.ReopenAsync();
        await EraseAsync(second);

        Assert.False(_desk.Data.Objects.Exists(digest));
        Assert.True((await _desk.VerifyAsync()).IsGood);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_crash_behind_any_step_is_finished_by_the_next_start(int steps)
    {
        var bytes = new byte[25_000];
        var item = await _desk.SealAsync(bytes);
        await _desk.FillBundleOfAsync(item);
        var digest = ObjectOf(bytes);
        await _desk.ReopenAsync();
        var found = new ItemLookup(SelectedLog.Written(_desk.Data)).Find(item, out _, out _)!.Value;
        await CustodyEntries.Tombstone(found, "default", null, withObject: true, byRetention: false, "r", "b").SealAsync(_desk.Data.Ledger, _desk.Enough);
        if (steps > 0) Assert.True(_desk.Data.Objects.Remove(digest));
        if (steps > 1) Assert.Empty(_desk.Data.Ledger.Erase([item]));

        await _desk.ReopenAsync();
        await _desk.CarryOutAsync();

        Assert.False(_desk.Data.Objects.Exists(digest));
        Assert.True(_desk.Data.Ledger.Read(item, 1)[0].PrivatePart.IsEmpty);
        Assert.True((await _desk.VerifyAsync()).IsGood);
        Assert.True((await ShowAsync(item))["erased"]!.GetValue<bool>());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(12)]
    [InlineData(40)]
    [InlineData(90)]
    public async Task On_a_full_disk_nothing_goes_without_its_tombstone_and_with_room_it_is_finished(int pagesLeft)
    {
        using var disk = new LedgerSmallDisk(16);
        await using var desk = await CustodyDesk.OpenAsync(root: disk.Path);
        var bytes = new byte[25_000];
        var item = await desk.SealAsync(bytes);
        await desk.FillBundleOfAsync(item);
        desk.Clock.Time.Advance(TimeSpan.FromDays(200));
        await desk.ReopenAsync();
        disk.Fill(pagesLeft);
        var command = desk.AskAsync("evidence-erase", Order(item));
        var failure = await Record.ExceptionAsync(() => AdvancingAsync(desk, command));
        Assert.True(failure is null or GatewayException || failure is IOException && failure.Message.Contains(disk.Path, StringComparison.Ordinal), $"{failure}");

        disk.Free();
        await desk.ReopenAsync();
        var isErased = (await desk.KindsAsync()).Contains("tombstone");
        Assert.True(isErased || failure is not null, "It is said to be done, but there is no tombstone.");
        Assert.True(isErased || desk.Data.Objects.Exists(ObjectOf(bytes)), "The object is gone, but there is no tombstone.");
        var before = await desk.VerifyAsync();
        Assert.True(before.IsGood, before.Sentence);
        if (!isErased) await desk.AskAsync("evidence-erase", Order(item));
        await desk.CarryOutAsync();

        Assert.False(desk.Data.Objects.Exists(ObjectOf(bytes)));
        Assert.True(desk.Data.Ledger.Read(item, 1)[0].PrivatePart.IsEmpty);
        var after = await desk.VerifyAsync();
        Assert.True(after.IsGood, after.Sentence);
    }

    [Fact]
    public async Task A_private_part_or_an_object_that_is_gone_without_a_tombstone_is_named()
    {
        var item = await _desk.SealAsync(Secret);
        var large = await _desk.SealAsync(new byte[25_000]);
        await _desk.FillBundleOfAsync(item);
        Assert.True((await _desk.VerifyAsync()).IsGood);

        File.Delete(_desk.Data.Objects.PathOf(ObjectOf(new byte[25_000])));
        Assert.Equal(large, (await _desk.VerifyAsync()).Fault!.EntryIndex);
        _desk.Data.Ledger.Erase([item]);

        var report = await _desk.VerifyAsync();
        Assert.Equal(item, report.Fault!.EntryIndex);
        Assert.Contains("no entry says who", report.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_class_of_a_profile_decides_and_one_that_is_not_set_is_refused_at_the_start()
    {
        var profile = (await File.ReadAllTextAsync(Path.Combine(DocsFolder.Root, "device-profiles", "camera-mqtt.yaml")))
            .Replace("    class: evidence\n", "    class: evidence\n    retentionClass: short\n", StringComparison.Ordinal);
        var error = await Assert.ThrowsAsync<GatewayException>(() => CustodyDesk.OpenAsync(profile: profile));
        Assert.Contains("Retention:Classes:short", error.Message, StringComparison.Ordinal);

        var retention = new RetentionOptions();
        retention.Classes["short"] = "1";
        await using var desk = await CustodyDesk.OpenAsync(profile: profile, retention: retention);
        var item = await desk.SealAsync(Secret);
        desk.Clock.Time.Advance(TimeSpan.FromDays(33));

        var due = Assert.Single((await desk.AskAsync("evidence-due"))["items"]!.AsArray())!;
        Assert.Equal(item, due["index"]!.GetValue<long>());
        Assert.Equal("short", due["class"]!.GetValue<string>());
        Assert.Equal("2026-12-22T16:00:00.000000Z", due["due"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_item_whose_profile_was_taken_away_is_never_due()
    {
        var folder = Path.Combine(DocsFolder.Root, "device-profiles");
        await using var desk = await CustodyDesk.OpenAsync(profile: await File.ReadAllTextAsync(Path.Combine(folder, "camera-mqtt.yaml")));
        var item = await desk.SealAsync(Secret);
        File.Delete(desk["profiles", "camera-mqtt.yaml"]);
        File.Copy(Path.Combine(folder, "recorder-dock-mqtt.yaml"), desk["profiles", "recorder-dock-mqtt.yaml"]);
        await desk.ReopenAsync();
        desk.Clock.Time.Advance(TimeSpan.FromDays(300));

        Assert.Empty((await desk.AskAsync("evidence-due"))["items"]!.AsArray());
        Assert.Contains("unknown", await desk.RefusedAsync("evidence-erase", Order(item)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_jump_of_the_clock_no_date_erases_anything_until_a_person_said_that_it_is_right()
    {
        var item = await _desk.SealAsync(Secret);
        _desk.Clock.Time.Advance(TimeSpan.FromDays(400));
        await _desk.ReopenAsync();

        Assert.Contains("clock confirm", await _desk.RefusedAsync("evidence-erase", Order(item, "2027-12-01")), StringComparison.Ordinal);
        await _desk.AskAsync("clock-confirm", new JsonObject { ["reason"] = "compared with the wall clock" });
        await _desk.AskAsync("evidence-erase", Order(item, "2027-12-01"));
    }

    [Fact]
    public async Task Erased_items_are_not_there_to_be_reviewed_tagged_or_erased_again()
    {
        var item = await _desk.SealAsync(Secret);
        _desk.Clock.Time.Advance(TimeSpan.FromDays(200));
        await EraseAsync(item);

        Assert.Contains("erased", await _desk.RefusedAsync("evidence-erase", Order(item)), StringComparison.Ordinal);
        Assert.Contains("erased", await _desk.RefusedAsync("evidence-tag", new JsonObject { ["rows"] = CustodyDesk.Rows([item], ("case", "1")) }), StringComparison.Ordinal);
        Assert.Contains("erased", await _desk.RefusedAsync("evidence-review", new JsonObject { ["rows"] = CustodyDesk.Rows([item], ("result", "passed"), ("reason", "r")) }), StringComparison.Ordinal);
        Assert.Empty(await _desk.ListAsync(new JsonObject { ["review"] = "pending" }));
    }

    /// <summary>Lets time go on, second by second, while something waits for the disk.</summary>
    static async Task AdvancingAsync(CustodyDesk desk, Task task)
    {
        while (await Task.WhenAny(task, Task.Delay(TimeSpan.FromMilliseconds(4), desk.Enough)) != task)
        {
            desk.Enough.ThrowIfCancellationRequested();
            desk.Clock.Time.Advance(TimeSpan.FromSeconds(1));
        }

        await task;
    }

    Task<JsonNode> EraseAsync(long item) => _desk.AskAsync("evidence-erase", Order(item));

    Task<JsonNode> ShowAsync(long item) => _desk.AskAsync("evidence-show", new JsonObject { ["index"] = item });

    static Hash ObjectOf(byte[] bytes) => new(System.Security.Cryptography.SHA256.HashData(bytes));

    static JsonObject Order(long item, string? asOf = null) =>
        new() { ["indices"] = new JsonArray(item), ["reason"] = "到期", ["asOf"] = asOf };
}
