using System.Text.Json.Nodes;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Custody;

/// <summary>待审核, 通过, 不通过 (行政处罚法 art. 41).</summary>
public sealed class ReviewTests : IAsyncLifetime
{
    CustodyDesk _desk = null!;

    public async Task InitializeAsync() => _desk = await CustodyDesk.OpenAsync();

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    [Fact]
    public async Task Several_items_are_reviewed_as_one_action()
    {
        long[] items = [await _desk.SealAsync("{}"), await _desk.SealAsync("""{"a":1}"""), await _desk.SealAsync("""{"a":2}""")];

        await ReviewAsync(CustodyDesk.Rows(items[..2], ("result", "passed"), ("reason", "清晰")));

        Assert.Equal(items[..2], await _desk.ListAsync(new JsonObject { ["review"] = "passed" }));
        Assert.Equal(items[2..], await _desk.ListAsync(new JsonObject { ["review"] = "pending" }));
        Assert.Empty(await _desk.ListAsync(new JsonObject { ["review"] = "failed" }));
        var shown = await _desk.AskAsync("evidence-show", new JsonObject { ["index"] = items[0] });
        Assert.Equal("passed", shown["review"]!.GetValue<string>());
        Assert.Equal("王五", shown["reviewer"]!.GetValue<string>());
        var entry = await _desk.AskAsync("evidence-show", new JsonObject { ["index"] = items[2] + 1 });
        Assert.Equal(2, entry["leaf"]!["batch"]!["of"]!.GetValue<int>());
        Assert.DoesNotContain("王五", entry["leaf"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_later_review_replaces_the_earlier_one_which_stays_in_the_history()
    {
        var item = await _desk.SealAsync("{}");
        await ReviewAsync(CustodyDesk.Rows([item], ("result", "passed"), ("reason", "清晰")));
        await ReviewAsync(CustodyDesk.Rows([item], ("result", "failed"), ("reason", "号牌不清")));

        Assert.Equal([item], await _desk.ListAsync(new JsonObject { ["review"] = "failed" }));
        Assert.Empty(await _desk.ListAsync(new JsonObject { ["review"] = "passed" }));
        var history = (await _desk.AskAsync("evidence-history", new JsonObject { ["index"] = item })).AsArray();
        Assert.Equal(["passed", "failed"], history.Select(row => row!["result"]!.GetValue<string>()));
        Assert.Equal(2, (await _desk.AskAsync("evidence-history", new JsonObject { ["account"] = "admin" })).AsArray().Count);
    }

    [Fact]
    public async Task Every_row_that_is_wrong_is_named_at_once_and_nothing_is_sealed()
    {
        var item = await _desk.SealAsync("{}");
        var before = await _desk.KindsAsync();

        var rows = new JsonArray(
            new JsonObject { ["line"] = 2, ["index"] = "999", ["result"] = "passed" },
            new JsonObject { ["line"] = 3, ["index"] = "0", ["result"] = "passed" },
            new JsonObject { ["line"] = 4, ["index"] = $"{item}", ["result"] = "perhaps" },
            new JsonObject { ["line"] = 5, ["index"] = $"{item}", ["result"] = "passed" },
            new JsonObject { ["line"] = 6, ["index"] = "x", ["result"] = "passed" });
        var error = await _desk.RefusedAsync("evidence-review", new JsonObject { ["rows"] = rows, ["import"] = true });

        foreach (var line in (int[])[2, 3, 4, 5, 6]) Assert.Contains($"line {line}: ", error, StringComparison.Ordinal);
        Assert.Equal(before, await _desk.KindsAsync());
    }

    [Theory]
    [InlineData("origin", "another.example")]
    [InlineData("leaf", "00")]
    public async Task A_result_of_the_case_system_must_mean_this_very_item(string field, string value)
    {
        var item = await _desk.SealAsync("{}");

        var error = await _desk.RefusedAsync("evidence-review", new JsonObject { ["rows"] = CustodyDesk.Rows([item], ("result", "通过"), (field, value)), ["import"] = true });

        Assert.Contains(value, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_checks_and_seals_nothing()
    {
        var item = await _desk.SealAsync("{}");
        var before = await _desk.KindsAsync();

        var answer = await _desk.AskAsync("evidence-review", new JsonObject { ["rows"] = CustodyDesk.Rows([item], ("result", "不通过")), ["import"] = true, ["dryRun"] = true });

        Assert.Equal(1, answer["reviewed"]!.GetValue<int>());
        Assert.Equal(before, await _desk.KindsAsync());
    }

    [Fact]
    public async Task What_nobody_reviewed_five_days_after_receipt_is_overdue()
    {
        var reviewed = await _desk.SealAsync("{}");
        var forgotten = await _desk.SealAsync("""{"a":1}""");
        await ReviewAsync(CustodyDesk.Rows([reviewed], ("result", "passed"), ("reason", "清晰")));
        _desk.Clock.Time.Advance(TimeSpan.FromDays(4));
        await _desk.SealAsync("""{"a":2}""");
        Assert.Empty(await _desk.ListAsync(new JsonObject { ["review"] = "overdue" }));

        _desk.Clock.Time.Advance(TimeSpan.FromDays(1.1));

        Assert.Equal([forgotten], await _desk.ListAsync(new JsonObject { ["review"] = "overdue" }));
    }

    Task<JsonNode> ReviewAsync(JsonArray rows) => _desk.AskAsync("evidence-review", new JsonObject { ["rows"] = rows, ["by"] = "王五" });
}
