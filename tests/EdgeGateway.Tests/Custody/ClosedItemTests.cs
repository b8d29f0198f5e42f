using System.Text.Json.Nodes;
using EdgeGateway.Ledger;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Custody;

/// <summary>Last year's evidence is reviewed, filed, found and looked at as this year's is.</summary>
public sealed class ClosedItemTests : IAsyncLifetime
{
    const string Secret = """{"plate":"粤B12345"}""";

    CustodyDesk _desk = null!;

    public async Task InitializeAsync() => _desk = await CustodyDesk.OpenAsync();

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    [Fact]
    public async Task An_item_of_a_closed_log_is_reviewed_tagged_and_found()
    {
        var item = await _desk.SealAsync(Secret);
        var log = await _desk.RotateAsync();
        await FillAsync(item);

        await ReviewAsync(log, item, "passed");
        await TagAsync(log, item, ("case", "77"), ("officer", "王某"));

        var row = Assert.Single(await RowsAsync(log, ("case", "77")));
        Assert.Equal(item, row["index"]!.GetValue<long>());
        Assert.Equal("passed", row["review"]!.GetValue<string>());
        Assert.Single(await RowsAsync(log, ("officer", "王某")));
        Assert.Single(await RowsAsync(log, ("review", "passed")));
        Assert.Single(await RowsAsync(log, ("tag", "yes")));
        Assert.Empty(await RowsAsync(log, ("review", "pending")));

        // The item of the same number in the log that is written is another one.
        Assert.Empty(await RowsAsync(_desk.Data.Ledger.Origin, ("case", "77")));
        Assert.Equal("pending", (await ShowAsync(_desk.Data.Ledger.Origin, item))["review"]!.GetValue<string>());
        Assert.True((await _desk.VerifyAllAsync()).IsGood);
    }

    [Theory]
    [InlineData("evidence-show")]
    [InlineData("evidence-history")]
    [InlineData("ledger-prove")]
    public async Task An_entry_that_is_not_there_may_be_meant_of_another_log(string command)
    {
        var ask = new JsonObject { ["index"] = 9999 };
        Assert.DoesNotContain("--log", await _desk.RefusedAsync(command, ask), StringComparison.Ordinal);

        await _desk.RotateAsync();

        Assert.Contains("--log ORIGIN", await _desk.RefusedAsync(command, ask), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_said_over_several_logs_adds_up_and_the_newest_word_counts()
    {
        var item = await _desk.SealAsync(Secret);
        await TagAsync(null, item, ("case", "1"), ("archive", "A"));
        var first = await _desk.RotateAsync();
        await ReviewAsync(first, item, "failed");
        await TagAsync(first, item, ("case", "2"));
        var second = await _desk.RotateAsync();
        await ReviewAsync(first, item, "passed");

        await Check();
        await _desk.AskAsync("rebuild");
        await Check();
        await _desk.ReopenAsync();
        await Check();
        var events = (await _desk.AskAsync("evidence-history", new JsonObject { ["index"] = item, ["log"] = first })).AsArray();
        Assert.Equal(["tag", "review", "tag", "review", "view"], events.Select(one => one!["action"]!.GetValue<string>()));
        Assert.Equal([first, second, second, _desk.Data.Ledger.Origin, _desk.Data.Ledger.Origin], events.Select(one => one!["log"]!.GetValue<string>()));

        async Task Check()
        {
            var shown = await ShowAsync(first, item);
            Assert.Equal("passed", shown["review"]!.GetValue<string>());
            Assert.Equal("2", shown["case"]!.GetValue<string>());
            Assert.Equal("A", shown["archive"]!.GetValue<string>());
            Assert.Empty(await RowsAsync(first, ("case", "1")));
            Assert.Single(await RowsAsync(first, ("case", "2")));
        }
    }

    [Fact]
    public async Task That_a_closed_item_was_looked_at_is_sealed_with_its_log_and_once()
    {
        var item = await _desk.SealAsync(Secret);
        var log = await _desk.RotateAsync();
        await FillAsync(item);
        var size = _desk.Data.Ledger.DurableSize;

        await ShowAsync(log, item);
        await ShowAsync(log, item);

        Assert.Equal(size + 1, _desk.Data.Ledger.DurableSize);
        await _desk.Data.Ledger.CatchUpAsync(_desk.Enough);
        using (var entry = EntryView.Parse(_desk.Data.Ledger.Read(size, 1)[0]))
        {
            Assert.Equal(_desk.Data.Logs.Find(log).Ledger.Genesis.LeafHash, entry.Body.Object("item"u8)!.Value.Digest("log"u8));
            Assert.Equal(item, entry.Body.Object("item"u8)!.Value.Integer("index"u8));
        }

        // And the account's own history names both.
        var mine = (await _desk.AskAsync("evidence-history", new JsonObject { ["account"] = "admin" })).AsArray().Single(one => one!["entry"]!.GetValue<long>() == size)!;
        Assert.Equal(log, mine["itemLog"]!.GetValue<string>());
        await ShowAsync(_desk.Data.Ledger.Origin, item);
        Assert.Equal(size + 2, _desk.Data.Ledger.DurableSize);
    }

    [Fact]
    public async Task Results_of_the_case_system_may_name_items_of_several_logs_at_once()
    {
        var old = await _desk.SealAsync(Secret);
        var log = await _desk.RotateAsync();
        await FillAsync(old);
        var rows = new JsonArray(
            new JsonObject { ["index"] = old, ["origin"] = log, ["result"] = "通过" },
            new JsonObject { ["index"] = old, ["origin"] = _desk.Data.Ledger.Origin, ["result"] = "不通过" });

        Assert.Equal(2, (await _desk.AskAsync("evidence-review", new JsonObject { ["rows"] = rows, ["import"] = true }))["reviewed"]!.GetValue<int>());

        Assert.Equal("passed", (await ShowAsync(log, old))["review"]!.GetValue<string>());
        Assert.Equal("failed", (await ShowAsync(_desk.Data.Ledger.Origin, old))["review"]!.GetValue<string>());
        Assert.Contains("another ledger's", await _desk.RefusedAsync("evidence-review", new JsonObject
        {
            ["rows"] = new JsonArray(new JsonObject { ["index"] = old, ["origin"] = "elsewhere.example", ["result"] = "passed" }),
            ["import"] = true,
        }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hold_outlives_its_log_until_a_later_one_releases_it()
    {
        var item = await _desk.SealAsync(Secret);
        await TagAsync(null, item, ("case", "77"));
        await _desk.AskAsync("evidence-hold", new JsonObject { ["case"] = "77", ["reason"] = "复议" });
        var log = await _desk.RotateAsync();
        _desk.Clock.Time.Advance(TimeSpan.FromDays(300));
        var order = new JsonObject { ["indices"] = new JsonArray(item), ["log"] = log, ["reason"] = "到期" };

        Assert.Equal(log, Assert.Single((await _desk.AskAsync("evidence-holds")).AsArray())!["log"]!.GetValue<string>());
        Assert.Contains("on hold", await _desk.RefusedAsync("evidence-erase", order), StringComparison.Ordinal);
        Assert.Contains("on hold", await _desk.RefusedAsync("evidence-tag", new JsonObject { ["rows"] = CustodyDesk.Rows([item], ("case", "78")), ["log"] = log }), StringComparison.Ordinal);
        Assert.Contains("on hold", await _desk.RefusedAsync("evidence-hold", new JsonObject { ["case"] = "77", ["reason"] = "再" }), StringComparison.Ordinal);
        await _desk.AskAsync("evidence-hold", new JsonObject { ["case"] = "77", ["reason"] = "结案", ["release"] = true });

        Assert.Empty((await _desk.AskAsync("evidence-holds")).AsArray());
        Assert.Equal(1, (await _desk.AskAsync("evidence-erase", order))["erased"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_hold_of_today_covers_the_closed_items_of_its_case()
    {
        var item = await _desk.SealAsync(Secret);
        await TagAsync(null, item, ("case", "77"));
        var log = await _desk.RotateAsync();
        await _desk.AskAsync("evidence-hold", new JsonObject { ["case"] = "77", ["reason"] = "复议" });
        _desk.Clock.Time.Advance(TimeSpan.FromDays(300));

        Assert.Contains("on hold", await _desk.RefusedAsync("evidence-erase", new JsonObject { ["indices"] = new JsonArray(item), ["log"] = log, ["reason"] = "r" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_object_moves_with_the_items_of_every_log_that_have_its_bytes()
    {
        foreach (var name in (string[])["a", "b"]) Directory.CreateDirectory(_desk[name]);
        var old = await _desk.SealAsync(new byte[30_000]);
        var log = await _desk.RotateAsync();
        _desk.Clock.Time.Advance(TimeSpan.FromDays(20));
        var young = await _desk.SealAsync(new byte[30_000]);
        await _desk.ReopenAsync();

        var answer = await _desk.AskAsync("evidence-move", new JsonObject
        {
            ["indices"] = new JsonArray(old),
            ["log"] = log,
            ["medium"] = "HD-1",
            ["to"] = new JsonArray(_desk["a"], _desk["b"]),
        });

        Assert.Equal([old], answer["items"]!.AsArray().Select(one => one!.GetValue<long>()));
        Assert.Equal(young, Assert.Single(answer["others"]!.AsArray())!["index"]!.GetValue<long>());
        Assert.Equal("HD-1", (await ShowAsync(log, old))["medium"]!.GetValue<string>());
        Assert.Equal("HD-1", (await ShowAsync(null, young))["medium"]!.GetValue<string>());
        var report = await _desk.VerifyAllAsync();
        Assert.True(report.IsGood, report.Sentence);
        Assert.Equal(1, Assert.Single(report.Closed!).OnMedia);
    }

    [Fact]
    public async Task Answers_about_closed_items_are_what_the_schemas_say()
    {
        var item = await _desk.SealAsync(Secret);
        var log = await _desk.RotateAsync();
        _desk.Clock.Time.Advance(TimeSpan.FromDays(200));
        Assert.Empty(DocsSchema.Of("evidence-due").Errors((await _desk.AskAsync("evidence-due", new JsonObject { ["log"] = log }))["items"]));
        await _desk.AskAsync("evidence-erase", new JsonObject { ["indices"] = new JsonArray(item), ["log"] = log, ["reason"] = "r" });

        var shown = await ShowAsync(log, item);
        Assert.Equal(_desk.Data.Ledger.Origin, shown["tombstoneLog"]!.GetValue<string>());
        Assert.Empty(DocsSchema.Of("evidence-show").Errors(shown));
        Assert.Empty(DocsSchema.Of("evidence-list").Errors(await _desk.AskAsync("evidence-list", new JsonObject { ["log"] = log })));
        Assert.Empty(DocsSchema.Of("evidence-history").Errors(await _desk.AskAsync("evidence-history", new JsonObject { ["account"] = "admin" })));
    }

    /// <summary>Until the log that is written has an item of this number too.</summary>
    async Task FillAsync(long index)
    {
        while (_desk.Data.Ledger.DurableSize <= index) await _desk.SealAsync($$"""{"filler":{{_desk.Data.Ledger.DurableSize}}}""");
    }

    Task<JsonNode> ShowAsync(string? log, long item) => _desk.AskAsync("evidence-show", new JsonObject { ["index"] = item, ["log"] = log });

    async Task<IReadOnlyList<JsonNode>> RowsAsync(string log, (string Name, string Value) query) =>
        [.. (await _desk.AskAsync("evidence-list", new JsonObject { [query.Name] = query.Value, ["log"] = log })).AsArray().Select(row => row!)];

    Task<JsonNode> ReviewAsync(string? log, long item, string result) => _desk.AskAsync(
        "evidence-review", new JsonObject { ["rows"] = CustodyDesk.Rows([item], ("result", result), ("reason", "看过")), ["log"] = log });

    Task<JsonNode> TagAsync(string? log, long item, params (string Name, string Value)[] values) =>
        _desk.AskAsync("evidence-tag", new JsonObject { ["rows"] = CustodyDesk.Rows([item], values), ["log"] = log });
}
