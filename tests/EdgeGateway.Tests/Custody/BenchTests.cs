using System.Text.Json.Nodes;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Custody;

/// <summary>What a bench sends is marked, and never filed.</summary>
public sealed class BenchTests : IAsyncLifetime
{
    CustodyDesk _desk = null!;

    public async Task InitializeAsync()
    {
        _desk = await CustodyDesk.OpenAsync();
        await _desk.AskAsync("device-add", new JsonObject { ["id"] = "bench-01", ["profile"] = "camera-mqtt", ["bench"] = true });
    }

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    [Fact]
    public async Task Every_entry_of_a_bench_carries_the_mark_and_no_other_does()
    {
        var (real, made) = (await _desk.SealAsync("{}"), await _desk.SealAsync("{}", "bench-01"));

        Assert.Equal([null, """["bench"]"""], await FlagsAsync(real, made));
        Assert.Equal("""{"flags":["bench"]}""", Flags(await RegistrationAsync("bench-01")));
        Assert.Equal("{}", Flags(await RegistrationAsync("camera-01")));
        Assert.Equal([true, false], (await _desk.AskAsync("device-list")).AsArray().Select(device => device!["bench"]!.GetValue<bool>()));
    }

    [Fact]
    public async Task It_keeps_the_mark_over_a_new_secret_a_restart_a_rebuild_and_a_rotation()
    {
        await _desk.AskAsync("device-credential", new JsonObject { ["id"] = "bench-01" });
        await SealsMarkedAsync("""{"a":1}""");
        await _desk.ReopenAsync();
        await SealsMarkedAsync("""{"a":2}""");
        await _desk.AskAsync("rebuild");
        await _desk.ReopenAsync();
        await SealsMarkedAsync("""{"a":3}""");
        await _desk.RotateAsync();
        await SealsMarkedAsync("""{"a":4}""");
        Assert.True((await _desk.AskAsync("device-show", new JsonObject { ["id"] = "bench-01" }))["bench"]!.GetValue<bool>());
    }

    [Fact]
    public async Task It_can_be_neither_filed_nor_exported_and_passes_no_review()
    {
        var (real, made) = (await _desk.SealAsync("{}"), await _desk.SealAsync("{}", "bench-01"));
        await _desk.Data.Ledger.CatchUpAsync(_desk.Enough);
        var size = _desk.Data.Ledger.Size;

        Assert.Contains($"entry {made} was made up by a bench", await _desk.RefusedAsync("evidence-tag", new JsonObject { ["rows"] = CustodyDesk.Rows([real, made], ("case", "77")) }), StringComparison.Ordinal);
        Assert.Contains("made up by a bench", await _desk.RefusedAsync("evidence-review", new JsonObject { ["rows"] = CustodyDesk.Rows([made], ("result", "passed"), ("reason", "清晰")) }), StringComparison.Ordinal);
        foreach (var rehearsal in (bool[])[true, false])
        {
            Assert.Contains($"Entry {made} was made up by a bench", await _desk.RefusedAsync("evidence-export-open", new JsonObject
            {
                ["items"] = new JsonArray(real, made),
                ["case"] = "77",
                ["reason"] = "听证",
                ["format"] = 3,
                ["software"] = "edgegw test",
                ["rehearsal"] = rehearsal,
            }), StringComparison.Ordinal);
        }

        Assert.Equal(size, _desk.Data.Ledger.Size);
        await _desk.AskAsync("evidence-review", new JsonObject { ["rows"] = CustodyDesk.Rows([made], ("result", "failed"), ("reason", "测试")) });
        await _desk.BeginExportAsync(real);
    }

    [Fact]
    public async Task The_case_that_a_bench_itself_names_files_nothing()
    {
        var profile = (await File.ReadAllTextAsync(Path.Combine(DocsFolder.Root, "device-profiles", "camera-mqtt.yaml")))
            .Replace("    eventId: /eventId\n", "    eventId: /eventId\n    case: /case\n    officer: /officer\n", StringComparison.Ordinal);
        await using var desk = await CustodyDesk.OpenAsync(profile: profile);
        await desk.AskAsync("device-add", new JsonObject { ["id"] = "bench-01", ["profile"] = "camera-mqtt", ["bench"] = true });
        const string Json = """{"case":"77","officer":"赵六"}""";
        var real = await desk.SealAsync(Json);
        var made = await desk.SealAsync(Json, "bench-01");

        Assert.Equal([real], await desk.ListAsync(new JsonObject { ["case"] = "77" }));
        Assert.Equal([real], await desk.ListAsync(new JsonObject { ["officer"] = "赵六" }));
        Assert.Equal([made], await desk.ListAsync(new JsonObject { ["device"] = "bench-01" }));
    }

    async Task SealsMarkedAsync(string json) => Assert.Equal(["""["bench"]"""], await FlagsAsync(await _desk.SealAsync(json, "bench-01")));

    async Task<List<string?>> FlagsAsync(params long[] items) =>
        [.. (await _desk.AskAsync("evidence-list")).AsArray().Where(row => items.Contains(row!["index"]!.GetValue<long>())).Select(row => row!["flags"]?.ToJsonString())];

    async Task<JsonNode> RegistrationAsync(string device)
    {
        var index = (await _desk.AskAsync("device-show", new JsonObject { ["id"] = device }))["registryIndex"]!.GetValue<long>();
        return JsonNode.Parse(_desk.Data.Ledger.Read(index, 1)[0].Leaf.Span)!["body"]!;
    }

    static string Flags(JsonNode body) => body["flags"] is { } flags ? new JsonObject { ["flags"] = flags.DeepClone() }.ToJsonString() : "{}";
}
