using System.Text;
using System.Text.Json.Nodes;
using EdgeGateway.Commands;
using EdgeGateway.Custody;
using EdgeGateway.Gateway;
using EdgeGateway.Ingest;
using EdgeGateway.Ledger;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Export;

public sealed class EvidenceExportTests : IAsyncLifetime
{
    ExportStation _station = null!;

    public async Task InitializeAsync() => _station = await ExportStation.OpenAsync();

    public async Task DisposeAsync() => await _station.DisposeAsync();

    [Fact]
    public async Task Small_and_large_items_come_out_byte_for_byte_and_the_ledger_records_each()
    {
        var large = Enumerable.Range(0, 100_000).Select(i => (byte)(i % 251)).ToArray();
        var (small, stored) = (await _station.SealTextAsync("a"), await _station.SealAsync(large, null));

        var outcome = await _station.ExportAsync("bag", small, stored);

        Assert.Equal(large, File.ReadAllBytes(_station["bag", "data", $"{stored}", "original.bin"]));
        Assert.Contains("粤B12345", File.ReadAllText(_station["bag", "data", $"{small}", "original.json"]), StringComparison.Ordinal);
        Assert.Equal(2, outcome.Custody.Count);
        await _station.Data.Ledger.CatchUpAsync(CancellationToken.None);
        using var custody = EntryView.Parse(_station.Data.Ledger.Read(outcome.Custody[1], 1)[0]);
        Assert.Equal(EntryKind.Custody, custody.Kind);
        Assert.Equal("export", custody.Body.Text("action"u8));
        Assert.Equal(stored, custody.Body.Object("item"u8)!.Value.Integer("index"u8));
        Assert.Equal(_station.LeafHashOf(stored), custody.Body.Object("item"u8)!.Value.Digest("leaf"u8));
        Assert.Equal("李四", custody.Private.Text("by"u8));
        Assert.Equal("案-77", custody.Private.Text("case"u8));
        using var whole = EntryView.Parse(_station.Data.Ledger.Read(outcome.Custody[1] + 2, 1)[0]);
        Assert.Equal("exported", whole.Body.Text("action"u8));
        Assert.Equal(new Hash(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(_station["bag", "tagmanifest-sha256.txt"]))), whole.Private.Digest("manifest"u8));
    }

    [Fact]
    public async Task What_nobody_reviewed_says_so_on_every_page_and_list()
    {
        var item = await _station.SealTextAsync("a");

        await _station.ExportAsync("bag", item);

        foreach (var page in (string[])["VERIFY.txt", "bag-info.txt", "data/list.csv", "data/list.txt", "data/list.html"])
        {
            Assert.Contains("未经审核，不得作为处罚证据", File.ReadAllText(_station[["bag", .. page.Split('/')]]), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_last_review_counts_and_a_failed_one_gives_its_reason()
    {
        var (passed, failed) = (await _station.SealTextAsync("a"), await _station.SealTextAsync("b"));
        await _station.ReviewAsync(passed, "failed", "模糊");
        await _station.ReviewAsync(passed, "passed", "复核");
        await _station.ReviewAsync(failed, "failed", "号牌不清<b>");

        await _station.ExportAsync("bag", passed, failed);

        var csv = File.ReadAllText(_station["bag", "data", "list.csv"]);
        Assert.StartsWith("\uFEFF", Encoding.UTF8.GetString(File.ReadAllBytes(_station["bag", "data", "list.csv"])), StringComparison.Ordinal);
        Assert.Contains("审核通过", csv, StringComparison.Ordinal);
        foreach (var list in (string[])["list.csv", "list.txt", "list.html"])
        {
            Assert.Contains("审核不通过，不得作为处罚证据：号牌不清", File.ReadAllText(_station["bag", "data", list]), StringComparison.Ordinal);
        }

        Assert.DoesNotContain("未经审核", csv, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", File.ReadAllText(_station["bag", "data", "list.html"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_an_erased_item_the_leaf_and_its_tombstone_are_left_and_it_is_said()
    {
        var item = await _station.SealTextAsync("a");
        var tombstone = await _station.SealOwnAsync(Tombstone(item));
        _station.Erased.Add(item);

        await _station.ExportAsync("bag", item);

        var folder = _station["bag", "data", $"{item}"];
        Assert.Equal(["leaf.json", "proof.tlog-proof"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
        Assert.True(File.Exists(Path.Combine(folder, "history", $"{tombstone}", "leaf.json")));
        Assert.Contains("已依规定销毁", File.ReadAllText(_station["bag", "VERIFY.txt"]), StringComparison.Ordinal);
        Assert.Contains("已依规定销毁", File.ReadAllText(_station["bag", "data", "list.txt"]), StringComparison.Ordinal);
        Assert.True((await ExportedBag.RunScriptAsync(_station["bag"])).ExitCode == 0);
        var report = ExportedBag.Verify(_station["bag"]);
        Assert.True(report.Verdict == EdgeGateway.Bags.BagVerdict.SelfConsistent, ExportedBag.Show(report));
    }

    [Fact]
    public async Task Of_a_large_refusal_the_beginning_is_exported_and_is_said_to_be_one()
    {
        var item = await _station.SealRefusalAsync(new byte[PrivateParts.MaximumInlineBytes + 1]);

        await _station.ExportAsync("bag", item);

        Assert.Equal(PrivateParts.MaximumInlineBytes, new FileInfo(_station["bag", "data", $"{item}", "beginning.bin"]).Length);
        var script = await ExportedBag.RunScriptAsync(_station["bag"]);
        Assert.True(script.ExitCode == 0, script.ToString());
        var report = ExportedBag.Verify(_station["bag"]);
        Assert.True(report.Verdict == EdgeGateway.Bags.BagVerdict.SelfConsistent, ExportedBag.Show(report));
    }

    [Fact]
    public async Task A_rehearsal_writes_and_seals_nothing_and_names_what_would_be_written()
    {
        var item = await _station.SealTextAsync("a");
        await _station.Data.Ledger.CatchUpAsync(CancellationToken.None);
        var size = _station.Data.Ledger.Size;

        var outcome = await _station.ExportAsync("bag", rehearsal: true, item);

        Assert.False(Directory.Exists(_station["bag"]));
        Assert.Equal(size, _station.Data.Ledger.Size);
        Assert.Contains(outcome.Files, file => file.Path == $"data/{item}/original.json");
        Assert.Contains(outcome.Files, file => file.Path == "VERIFY.txt");
    }

    [Fact]
    public async Task A_folder_that_holds_something_is_refused_and_an_empty_one_is_taken()
    {
        var item = await _station.SealTextAsync("a");
        Directory.CreateDirectory(_station["bag"]);
        await _station.ExportAsync("bag", item);
        var before = ExportedBag.Files(_station["bag"]).ToList();

        var refused = await Assert.ThrowsAsync<GatewayException>(() => _station.ExportAsync("bag", item));

        Assert.Equal(2, refused.ExitCode);
        Assert.Equal(before, ExportedBag.Files(_station["bag"]));
        Assert.Equal(["bag", "data"], Directory.GetDirectories(_station[""]).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task A_revocation_list_that_is_an_object_comes_out_whole()
    {
        using var authority = await TestAuthority.CreateAsync("TSA");
        var list = Enumerable.Range(0, 20_000).Select(i => (byte)(i % 249)).ToArray();
        var item = await _station.SealTextAsync("a");
        var root = await _station.RootAsync(item + 1);
        var anchor = await _station.SealOwnAsync(await authority.AnchorAsync(_station.Data.Ledger.Origin, item + 1, root, revocation: _station.Data.Objects.Put(list).Digest));

        await _station.ExportAsync("bag", item);

        Assert.Equal(list, File.ReadAllBytes(_station["bag", "data", "anchors", $"{anchor}", "revocation-1.der"]));
        Assert.Equal(EdgeGateway.Bags.BagVerdict.SelfConsistent, ExportedBag.Verify(_station["bag"]).Verdict);
    }

    [Fact]
    public async Task What_was_moved_to_a_medium_is_asked_for_by_its_number_and_taken_from_there()
    {
        var bytes = new byte[50_000];
        var item = await _station.SealAsync(bytes, null);
        foreach (var name in (string[])["a", "b"]) Directory.CreateDirectory(_station[name]);
        await _station.AskAsync("evidence-move", new JsonObject { ["indices"] = new JsonArray(item), ["medium"] = "HD-0042", ["to"] = new JsonArray(_station["a"], _station["b"]) });
        File.Delete(_station.Data.Objects.PathOf(new Hash(System.Security.Cryptography.SHA256.HashData(bytes))));

        var refused = await Assert.ThrowsAsync<GatewayException>(() => _station.ExportAsync("bag", item));
        _station.MediumPath = _station["b"];
        await _station.ExportAsync("bag", item);

        Assert.Contains("HD-0042", refused.Message, StringComparison.Ordinal);
        Assert.Equal(["move", "export", "exported"], (await HistoryAsync(item)).Select(entry => entry!["action"]!.GetValue<string>()));
        Assert.Contains("--medium-path", refused.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(_station["bag", "data", $"{item}", "original.bin"]));
    }

    [Fact]
    public async Task From_the_tombstone_on_nothing_private_leaves_the_house()
    {
        var item = await _station.SealTextAsync("a");
        await _station.SealOwnAsync(Tombstone(item));

        await _station.ExportAsync("bag", item);

        Assert.Equal(["leaf.json", "proof.tlog-proof"], Directory.GetFiles(_station["bag", "data", $"{item}"]).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Media_that_are_no_longer_what_was_sealed_are_not_exported()
    {
        var item = await _station.SealAsync(new byte[50_000], null);
        var stored = Directory.GetFiles(_station["data", "objects", "sha256"], "*", SearchOption.AllDirectories).Single();
        File.SetUnixFileMode(stored, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        ExportedBag.Flip(stored, 7);

        var refused = await Assert.ThrowsAsync<GatewayException>(() => _station.ExportAsync("bag", item));

        Assert.Contains("not what was sealed", refused.Message, StringComparison.Ordinal);
        Assert.Equal(["data"], Directory.GetDirectories(_station[""]).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("99")]
    public async Task What_is_no_evidence_is_refused(string index) =>
        await Assert.ThrowsAsync<GatewayException>(() => _station.ExportAsync("bag", long.Parse(index, System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void Ranges_are_read_and_nonsense_is_not()
    {
        Assert.Equal([3, 7, 8, 9], IndexRange.Parse(["7-9", "3", "8"], ExportCommands.MaximumItems));
        foreach (var wrong in (string[])["x", "9-7", "-1", "1-", "1-2-3", "1-5000", "1e3"])
        {
            Assert.Equal(2, Assert.Throws<GatewayException>(() => IndexRange.Parse([wrong], ExportCommands.MaximumItems)).ExitCode);
        }
    }

    async Task<JsonArray> HistoryAsync(long item) => (await _station.AskAsync("evidence-history", new JsonObject { ["index"] = item })).AsArray();

    OwnEntry Tombstone(long item)
    {
        var leaf = _station.LeafHashOf(item);
        return new OwnEntry(EntryKind.Tombstone, "device/camera-01", json =>
        {
            json.Name("class"u8);
            json.String("ordinary");
            json.Name("erased"u8);
            json.BeginArray();
            json.String("private-part");
            json.EndArray();
            ExportStation.WriteItem(json, item, leaf);
            json.Name("reason"u8);
            json.String("retention");
        });
    }
}
