using System.Text.Json.Nodes;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Custody;

/// <summary>案号, 档号, 卷号, 页次; cases on hold; who saw what.</summary>
public sealed class FilingTests : IAsyncLifetime
{
    CustodyDesk _desk = null!;

    public async Task InitializeAsync() => _desk = await CustodyDesk.OpenAsync();

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    [Fact]
    public async Task A_tag_keeps_what_is_not_given_and_is_corrected_by_a_new_entry()
    {
        var item = await _desk.SealAsync("{}");
        var other = await _desk.SealAsync("""{"a":1}""");
        await TagAsync(item, ("case", "77"), ("officer", "赵六"));
        await TagAsync(item, ("case", "78"), ("archive", "A-1"), ("volume", "2"), ("page", "15"));

        Assert.Equal([item], await _desk.ListAsync(new JsonObject { ["case"] = "78" }));
        Assert.Empty(await _desk.ListAsync(new JsonObject { ["case"] = "77" }));
        Assert.Equal([item], await _desk.ListAsync(new JsonObject { ["officer"] = "赵六" }));
        Assert.Equal([item], await _desk.ListAsync(new JsonObject { ["tag"] = "yes" }));
        Assert.Equal([other], await _desk.ListAsync(new JsonObject { ["tag"] = "no" }));
        Assert.Equal([item], await _desk.ListAsync(new JsonObject { ["case"] = "78", ["review"] = "pending", ["device"] = "camera-01" }));
        var history = (await _desk.AskAsync("evidence-history", new JsonObject { ["index"] = item })).AsArray();
        Assert.Equal(["77", "78"], history.Select(row => row!["case"]!.GetValue<string>()));
        Assert.Equal("赵六", history[1]!["officer"]!.GetValue<string>());

        await TagAsync(item, ("case", ""));
        Assert.Empty(await _desk.ListAsync(new JsonObject { ["tag"] = "yes" }));
    }

    [Fact]
    public async Task Whom_it_was_done_for_is_the_account_unless_somebody_is_named()
    {
        var item = await _desk.SealAsync("{}");
        await TagAsync(item, ("case", "77"));
        await _desk.AskAsync("evidence-review", new JsonObject { ["rows"] = CustodyDesk.Rows([item], ("result", "passed"), ("reason", "清晰")) });
        await _desk.AskAsync("evidence-export-seal", new JsonObject { ["items"] = new JsonArray(item), ["records"] = new JsonArray(await _desk.BeginExportAsync(item)), ["manifest"] = new string('a', 64) });
        await _desk.AskAsync("evidence-tag", new JsonObject { ["rows"] = CustodyDesk.Rows([item], ("page", "1")), ["by"] = "李四" });

        var history = (await _desk.AskAsync("evidence-history", new JsonObject { ["index"] = item })).AsArray();
        Assert.Equal(["admin", "admin", "admin", "admin", "李四"], history.Select(row => row!["by"]!.GetValue<string>()));
        Assert.All(history, row => Assert.Equal("account/admin", row!["actor"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("asOf", "evidence-due", "--as-of is 'someday'")]
    [InlineData("from", "evidence-list", "--from is 'someday'")]
    [InlineData("trust", "evidence-list", "--trust is 'someday'")]
    public async Task Whoever_asks_without_the_command_line_is_told_the_option_too(string argument, string command, string told)
    {
        var refused = await Assert.ThrowsAsync<EdgeGateway.Gateway.GatewayException>(() => _desk.AskAsync(command, new JsonObject { [argument] = "someday" }));

        Assert.Equal(2, refused.ExitCode);
        Assert.StartsWith(told, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_tag_again_is_no_entry()
    {
        var item = await _desk.SealAsync("{}");
        await TagAsync(item, ("case", "77"));
        var before = await _desk.KindsAsync();

        Assert.Equal(1, (await TagAsync(item, ("case", "77")))["unchanged"]!.GetValue<int>());
        Assert.Equal(before, await _desk.KindsAsync());
    }

    [Fact]
    public async Task What_the_device_itself_says_of_its_case_is_the_first_tag()
    {
        var profile = await File.ReadAllTextAsync(Path.Combine(DocsFolder.Root, "device-profiles", "camera-mqtt.yaml"));
        await using var desk = await CustodyDesk.OpenAsync(profile: profile.Replace(
            "  - name: capture\n", "  - name: capture\n    case: /case\n    officer: /police\n", StringComparison.Ordinal));
        var item = await desk.SealAsync("""{"case":"粤A-77","police":"012345"}""");
        await desk.SealAsync("""{"case":""}""");

        Assert.Equal([item], await desk.ListAsync(new JsonObject { ["case"] = "粤A-77" }));
        Assert.Equal([item], await desk.ListAsync(new JsonObject { ["officer"] = "012345" }));
        Assert.DoesNotContain("粤A-77", (await desk.AskAsync("evidence-show", new JsonObject { ["index"] = item }))["leaf"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_case_is_put_on_hold_once_and_its_items_stay_with_it_until_it_is_released()
    {
        var item = await _desk.SealAsync("{}");
        await TagAsync(item, ("case", "77"));
        await HoldAsync();

        Assert.Equal("77", Assert.Single((await _desk.AskAsync("evidence-holds")).AsArray())!["case"]!.GetValue<string>());
        Assert.Contains("on hold since", await _desk.RefusedAsync("evidence-hold", Hold()), StringComparison.Ordinal);
        Assert.Contains("release it", await _desk.RefusedAsync("evidence-tag", new JsonObject { ["rows"] = CustodyDesk.Rows([item], ("case", "78")) }), StringComparison.Ordinal);

        await HoldAsync(release: true);
        Assert.Empty((await _desk.AskAsync("evidence-holds")).AsArray());
        await TagAsync(item, ("case", "78"));
        Assert.Contains("not on hold", await _desk.RefusedAsync("evidence-hold", Hold(release: true)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task That_an_item_was_looked_at_is_sealed_once_in_ten_minutes_also_across_a_restart()
    {
        var item = await _desk.SealAsync("{}");
        await ShowAsync(item);
        await ShowAsync(item);
        Assert.Equal(1, await ViewsAsync(item));

        await _desk.ReopenAsync();
        _desk.Clock.Time.Advance(TimeSpan.FromMinutes(5));
        await ShowAsync(item);
        Assert.Equal(1, await ViewsAsync(item));

        _desk.Clock.Time.Advance(TimeSpan.FromMinutes(6));
        await ShowAsync(item);
        Assert.Equal(2, await ViewsAsync(item));

        await ShowAsync(0);
        Assert.Equal("view", (await _desk.AskAsync("evidence-history", new JsonObject { ["account"] = "admin" })).AsArray()[^1]!["action"]!.GetValue<string>());
    }

    [Fact]
    public async Task Views_made_again_say_the_same()
    {
        var item = await _desk.SealAsync("{}");
        await _desk.SealAsync(new byte[20_000]);
        await TagAsync(item, ("case", "77"), ("page", "3"));
        await HoldAsync();
        await _desk.AskAsync("evidence-review", new JsonObject { ["rows"] = CustodyDesk.Rows([item], ("result", "passed"), ("reason", "清晰")) });
        var before = (await _desk.AskAsync("evidence-list")).ToJsonString();

        await _desk.AskAsync("rebuild");

        Assert.Equal(before, (await _desk.AskAsync("evidence-list")).ToJsonString());
        Assert.Single((await _desk.AskAsync("evidence-holds")).AsArray());
    }

    Task<JsonNode> TagAsync(long item, params (string, string)[] tag) =>
        _desk.AskAsync("evidence-tag", new JsonObject { ["rows"] = CustodyDesk.Rows([item], tag) });

    Task<JsonNode> ShowAsync(long item) => _desk.AskAsync("evidence-show", new JsonObject { ["index"] = item });

    async Task<int> ViewsAsync(long item) =>
        (await _desk.AskAsync("evidence-history", new JsonObject { ["index"] = item })).AsArray().Count(row => row!["action"]!.GetValue<string>() == "view");

    Task<JsonNode> HoldAsync(bool release = false) => _desk.AskAsync("evidence-hold", Hold(release));

    static JsonObject Hold(bool release = false) => new() { ["case"] = "77", ["reason"] = "复议", ["release"] = release };
}
