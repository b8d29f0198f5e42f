using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Objects;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Custody;

public sealed class MediumMoveTests : IAsyncLifetime
{
    static readonly byte[] Bytes = [.. Enumerable.Range(0, 40_000).Select(i => (byte)(i % 251))];
    static readonly Hash Digest = new(SHA256.HashData(Bytes));

    CustodyDesk _desk = null!;

    public async Task InitializeAsync()
    {
        _desk = await CustodyDesk.OpenAsync();
        foreach (var name in (string[])["a", "b"]) Directory.CreateDirectory(_desk[name]);
    }

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    [Fact]
    public async Task Two_copies_are_made_and_then_the_object_here_goes()
    {
        var item = await _desk.SealAsync(Bytes);
        await _desk.FillBundleOfAsync(item);
        await _desk.ReopenAsync();

        var answer = await MoveAsync(item, "a", "b");

        Assert.Equal(0, answer["kept"]!.GetValue<int>());
        Assert.False(_desk.Data.Objects.Exists(Digest));
        foreach (var name in (string[])["a", "b"]) Assert.Equal(Bytes, await File.ReadAllBytesAsync(ObjectStore.PathIn(_desk[name], Digest)));
        Assert.Equal("HD-0042", (await _desk.AskAsync("evidence-show", new JsonObject { ["index"] = item }))["medium"]!.GetValue<string>());
        var report = await _desk.VerifyAsync();
        Assert.True(report.IsGood, report.Sentence);
        Assert.Equal(1, report.OnMedia);
        Assert.Contains("HD-0042", await _desk.RefusedAsync("evidence-move", Order(item, "a", "b")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_item_with_the_same_bytes_moves_with_it()
    {
        var first = await _desk.SealAsync(Bytes);
        var second = await _desk.SealAsync(Bytes);
        await _desk.ReopenAsync();

        var answer = await MoveAsync(first, "a", "b");

        Assert.Equal([first, second], answer["items"]!.AsArray().Select(item => item!.GetValue<long>()));
    }

    [Fact]
    public async Task A_copy_that_reads_back_otherwise_moves_nothing()
    {
        var item = await _desk.SealAsync(Bytes);
        var bad = ObjectStore.PathIn(_desk["b"], Digest);
        Directory.CreateDirectory(Path.GetDirectoryName(bad)!);
        await File.WriteAllBytesAsync(bad, Bytes[1..]);
        var before = await _desk.KindsAsync();

        Assert.Contains(bad, await _desk.RefusedAsync("evidence-move", Order(item, "a", "b")), StringComparison.Ordinal);

        Assert.True(_desk.Data.Objects.Exists(Digest));
        Assert.Equal(before, await _desk.KindsAsync());
    }

    [Fact]
    public async Task One_copy_or_the_same_place_twice_is_not_enough()
    {
        var item = await _desk.SealAsync(Bytes);

        Assert.Contains("places that differ", await _desk.RefusedAsync("evidence-move", Order(item, "a")), StringComparison.Ordinal);
        Assert.Contains("places that differ", await _desk.RefusedAsync("evidence-move", Order(item, "a", "a")), StringComparison.Ordinal);
        Directory.CreateSymbolicLink(_desk["b-of-a"], _desk["a"]);
        Assert.Contains("same place", await _desk.RefusedAsync("evidence-move", Order(item, "a", "b-of-a")), StringComparison.Ordinal);
        Assert.Contains("data directory", await _desk.RefusedAsync("evidence-move", Order(item, "a", "data")), StringComparison.Ordinal);
        Assert.Contains("no directory", await _desk.RefusedAsync("evidence-move", Order(item, "a", "nowhere")), StringComparison.Ordinal);
    }

    Task<JsonNode> MoveAsync(long item, params string[] to) => _desk.AskAsync("evidence-move", Order(item, to));

    JsonObject Order(long item, params string[] to) => new()
    {
        ["indices"] = new JsonArray(item),
        ["medium"] = "HD-0042",
        ["to"] = new JsonArray([.. to.Select(name => (JsonNode)_desk[name])]),
    };
}
