using System.Text.Json.Nodes;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Custody;

/// <summary>That a bag is whole can only be said behind the record of what belongs into it.</summary>
public sealed class BegunExportTests : IAsyncLifetime
{
    CustodyDesk _desk = null!;
    long _item;

    public async Task InitializeAsync()
    {
        _desk = await CustodyDesk.OpenAsync();
        _item = await _desk.SealAsync("{}");
    }

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    [Fact]
    public async Task An_export_is_finished_once()
    {
        var record = await _desk.BeginExportAsync(_item);

        await SealAsync(_item, record);

        await NotBegunAsync(_item, record);
        Assert.Equal(["export", "exported"], await ActionsAsync());
    }

    [Fact]
    public async Task Without_an_export_before_it_nothing_is_finished()
    {
        await NotBegunAsync(_item, 0);
        await NotBegunAsync(_item, _item);
        await NotBegunAsync(_item, 1_000_000);
        Assert.Empty(await ActionsAsync());
    }

    [Fact]
    public async Task An_export_after_which_another_began_is_not_finished()
    {
        var first = await _desk.BeginExportAsync(_item);
        var second = await _desk.BeginExportAsync(_item);

        await NotBegunAsync(_item, first);
        await SealAsync(_item, second);
    }

    [Fact]
    public async Task The_record_of_another_item_is_none()
    {
        var other = await _desk.SealAsync("""{"a":1}""");
        var record = await _desk.BeginExportAsync(other);

        await NotBegunAsync(_item, record);
    }

    [Fact]
    public async Task There_is_a_record_for_each_item()
    {
        var record = await _desk.BeginExportAsync(_item);

        Assert.Contains("0 export records", await _desk.RefusedAsync("evidence-export-seal", Order(_item)), StringComparison.Ordinal);
        Assert.Contains("2 export records", await _desk.RefusedAsync("evidence-export-seal", Order(_item, record, 0)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_happened_to_the_item_meanwhile_keeps_no_export_from_being_finished()
    {
        var record = await _desk.BeginExportAsync(_item);
        await _desk.AskAsync("evidence-tag", new JsonObject { ["rows"] = CustodyDesk.Rows([_item], ("case", "77")) });

        await SealAsync(_item, record);
    }

    Task<JsonNode> SealAsync(long item, long record) => _desk.AskAsync("evidence-export-seal", Order(item, record));

    async Task NotBegunAsync(long item, long record) =>
        Assert.Contains("run 'edgegw evidence export' again", await _desk.RefusedAsync("evidence-export-seal", Order(item, record)), StringComparison.Ordinal);

    async Task<IEnumerable<string>> ActionsAsync() =>
        (await _desk.AskAsync("evidence-history", new JsonObject { ["index"] = _item })).AsArray().Select(row => row!["action"]!.GetValue<string>());

    static JsonObject Order(long item, params long[] records) => new()
    {
        ["items"] = new JsonArray(item),
        ["records"] = new JsonArray([.. records.Select(record => (JsonNode)record)]),
        ["manifest"] = new string('a', 64),
    };
}
