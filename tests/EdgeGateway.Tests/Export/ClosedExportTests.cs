using System.Text.Json.Nodes;
using EdgeGateway.Bags;
using EdgeGateway.Cli;
using EdgeGateway.Custody;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Tests.Support;
using EdgeGateway.Texts;

namespace EdgeGateway.Tests.Export;

/// <summary>Last year's evidence is handed over as this year's is, with what was said of it since.</summary>
public sealed class ClosedExportTests(TestAuthorityFixture authorities) : IClassFixture<TestAuthorityFixture>, IAsyncLifetime
{
    readonly TestAuthority _authority = authorities.Authority;
    ExportStation _station = null!;

    public async Task InitializeAsync() => _station = await ExportStation.OpenAsync();

    public async Task DisposeAsync() => await _station.DisposeAsync();

    [Fact]
    public async Task An_item_of_a_closed_log_is_exported_with_what_was_said_before_and_after_and_every_command_holds()
    {
        var item = await _station.SealTextAsync("a");
        await _station.ReviewAsync(item, "failed", "模糊");
        var log = await _station.RotateAsync();
        await _station.ReviewOfAsync(log, item, "passed");

        var outcome = await _station.ExportOfAsync(log, "bag", rehearsal: false, item);

        Assert.Equal(EdgeGateway.Export.ReviewState.Passed, outcome.Items[0].Review);
        await AssertHoldsAsync(Policy(log));
        var report = ExportedBag.Verify(_station["bag"], Policy(_station.Data.Ledger.Origin));
        Assert.True(report.Verdict == BagVerdict.Trusted, ExportedBag.Show(report));
        Assert.Contains(_station.Data.Ledger.Origin, report.Sentence(TextTable.Of("BagVerification", Language.English)), StringComparison.Ordinal);
        Assert.Contains(report.Steps, step => step is { Name: "review", State: StepState.Good });
        Assert.Contains(report.Steps, step => step is { Name: "closing", State: StepState.Good });
        Assert.Empty(DocsSchema.Of("evidence-verify").Errors(JsonNode.Parse(report.ToJson(TextTable.Of("BagVerification", Language.English)).ToJsonString())!));
        Assert.Empty(DocsSchema.Of("evidence-export").Errors(JsonNode.Parse(EvidenceExportCommand.ToJson(outcome, TextTable.Of("Export", Language.English)).ToJsonString())!));
    }

    [Fact]
    public async Task That_it_was_exported_is_sealed_in_the_log_that_is_written_with_the_items_log()
    {
        var item = await _station.SealTextAsync("a");
        var log = await _station.RotateAsync();

        await _station.ExportOfAsync(log, "bag", rehearsal: false, item);

        var events = (await _station.AskAsync("evidence-history", new JsonObject { ["index"] = item, ["log"] = log })).AsArray();
        Assert.Equal(["export", "exported"], events.Select(one => one!["action"]!.GetValue<string>()));
        Assert.All(events, one => Assert.Equal(_station.Data.Ledger.Origin, one!["log"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Over_two_rotations_every_log_adds_its_part()
    {
        var (first, second) = (await _station.SealTextAsync("a"), await _station.SealTextAsync("b"));
        await _station.ExportAsync("earlier", first);
        var log = await _station.RotateAsync();
        await _station.ReviewOfAsync(log, first, "failed");
        await _station.ExportOfAsync(log, "between", rehearsal: false, first);
        await CosignAsync();
        await _station.RotateAsync(withPaper: true);
        await _station.ReviewOfAsync(log, first, "passed");
        await StampAsync();

        var outcome = await _station.ExportOfAsync(log, "bag", rehearsal: false, first, second);

        Assert.Equal([EdgeGateway.Export.ReviewState.Passed, EdgeGateway.Export.ReviewState.None], outcome.Items.Select(item => item.Review));
        Assert.All(outcome.Items, item => Assert.NotNull(item.NotAfter));
        Assert.All(outcome.Items, item => Assert.Equal(1, item.Witnessed.Log));
        var witness = $"witness w {ExportedBag.Witness.Verifier}\nquorum w\n";
        await AssertHoldsAsync(ExportedBag.Policy($"log {KeyOf(log)}\n{witness}"));
        var last = ExportedBag.Verify(_station["bag"], ExportedBag.Policy($"log {_station.Data.Ledger.Key}\n{witness}"));
        Assert.True(last.Verdict == BagVerdict.Trusted, ExportedBag.Show(last));
        Assert.Equal((_station.Data.Ledger.Origin, false), last.Through);
        Assert.Equal(2, last.Steps.Count(step => step is { Name: "successor", State: StepState.Good }));
        Assert.Equal(2, last.Steps.Count(step => step.Name == "time" && step.Sentence.Contains("no later than", StringComparison.Ordinal)));
        Assert.Equal(BagVerdict.SelfConsistent, ExportedBag.Verify(_station["between"]).Verdict);
    }

    [Fact]
    public async Task A_log_that_the_key_from_paper_closed_is_believed_for_what_its_own_key_said_of_that_one()
    {
        var item = await _station.SealTextAsync("a");
        await _station.RootAsync(item + 1);
        var log = await _station.RotateAsync(keyIsLost: true);

        await _station.ExportOfAsync(log, "bag", rehearsal: false, item);

        await AssertHoldsAsync(Policy(log));
        Directory.Delete(_station["bag", "data", "ledger", "own"], recursive: true);
        ExportedBag.Remake(_station["bag"]);
        var report = ExportedBag.Verify(_station["bag"], Policy(log));
        Assert.Contains(report.Steps, step => step is { Name: "key", State: StepState.Failed });
        Assert.Contains(ExportedBag.Verify(_station["bag"], Policy(_station.Data.Ledger.Origin)).Steps, step => step is { Name: "key", State: StepState.Good });
    }

    [Fact]
    public async Task Who_trusts_the_first_log_trusts_an_item_of_a_later_one_by_what_its_keys_endorsed()
    {
        await _station.SealTextAsync("a");
        await _station.AskAsync("ledger-checkpoint", []);
        var first = await _station.RotateAsync(keyIsLost: true);
        var second = await _station.RotateAsync();
        var item = await _station.SealTextAsync("b");
        var log = await _station.RotateAsync();
        await _station.ReviewOfAsync(log, item, "passed");

        await _station.ExportOfAsync(log, "bag", rehearsal: false, item);

        await AssertHoldsAsync(Policy(log));
        await AssertHoldsAsync(Policy(second), through: (second, true));
        await AssertHoldsAsync(Policy(first), through: (first, true));
        Assert.Equal(BagVerdict.Refused, ExportedBag.Verify(_station["bag"], ExportedBag.Policy($"log {SigningKey.FromSeed(first, new byte[32]).Verifier}\nquorum none\n")).Verdict);
        ExportedBag.Flip(_station["bag", "data", "earlier", "2", "own", "checkpoint.sig"], 3);
        ExportedBag.Remake(_station["bag"]);
        Assert.Equal(BagVerdict.Refused, ExportedBag.Verify(_station["bag"], Policy(log)).Verdict);
        Directory.Delete(_station["bag", "data", "earlier"], recursive: true);
        ExportedBag.Remake(_station["bag"]);
        Assert.Contains(ExportedBag.Verify(_station["bag"], Policy(first)).Steps, step => step is { Name: "key", State: StepState.Failed });
    }

    [Fact]
    public async Task A_smaller_tree_that_was_stamped_is_proven_from_the_last_tiles_where_a_backup_kept_no_others()
    {
        var item = await _station.SealTextAsync("a");
        await StampAsync();
        await _station.SealTextAsync("b");
        var log = await _station.RotateAsync();
        var closed = _station.Data.Logs.Find(log).Ledger;
        foreach (var tile in Directory.GetFiles(Path.Combine(closed.Folder, "ledger", "tile", "0", "000.p")).Where(tile => Path.GetFileName(tile) != $"{closed.Size}")) File.Delete(tile);

        var outcome = await _station.ExportOfAsync(log, "bag", rehearsal: false, item);

        Assert.NotNull(outcome.Items[0].NotAfter);
        await AssertHoldsAsync(Policy(log));
    }

    [Fact]
    public async Task A_later_log_that_is_no_successor_stops_the_export_before_anything_is_sealed()
    {
        var item = await _station.SealTextAsync("a");
        var log = await _station.RotateAsync();
        await _station.RotateAsync();
        var middle = _station["data", "logs", "002"];
        Directory.Move(middle, _station["aside"]);
        await _station.ReopenAsync();
        var size = _station.Data.Ledger.DurableSize;

        var refused = await Assert.ThrowsAsync<GatewayException>(() => _station.ExportOfAsync(log, "bag", rehearsal: false, item));

        Assert.Contains("not the proven successor", refused.Message, StringComparison.Ordinal);
        await _station.Data.Ledger.CatchUpAsync(CancellationToken.None);
        Assert.Equal(size, _station.Data.Ledger.DurableSize);
        Assert.False(Directory.Exists(_station["bag"]));
    }

    [Fact]
    public async Task A_byte_of_what_later_and_earlier_logs_add_is_noticed()
    {
        await _station.SealTextAsync("a");
        await _station.AskAsync("ledger-checkpoint", []);
        await _station.RotateAsync(keyIsLost: true);
        var item = await _station.SealTextAsync("b");
        await _station.AskAsync("ledger-checkpoint", []);
        var log = await _station.RotateAsync(keyIsLost: true);
        await CosignAsync();
        await StampAsync();
        await _station.ExportOfAsync(log, "bag", rehearsal: false, item);
        string[] parts = ["data/logs/1/anchors/", "data/logs/1/witnessed/", "data/logs/1/genesis/", "data/earlier/1/", "data/ledger/own/"];
        var policy = Policy(log);
        Assert.Equal(BagVerdict.Trusted, ExportedBag.Verify(_station["bag"], policy).Verdict);
        var random = new Random(13);
        foreach (var part in parts)
        {
            var files = ExportedBag.Files(_station["bag"]).Where(file => file.StartsWith(part, StringComparison.Ordinal)).ToList();
            Assert.NotEmpty(files);
            foreach (var file in files)
            {
                var path = _station[["bag", .. file.Split('/')]];
                var before = File.ReadAllBytes(path);
                ExportedBag.Flip(path, random.NextInt64(before.Length), (byte)(1 << random.Next(8)));
                ExportedBag.Remake(_station["bag"]);
                var report = ExportedBag.Verify(_station["bag"], policy);
                Assert.True(report.Verdict == BagVerdict.Refused, $"{file}: {ExportedBag.Show(report)}");
                File.WriteAllBytes(path, before);
            }
        }
    }

    [Fact]
    public async Task An_item_erased_later_leaves_its_leaf_and_the_later_logs_tombstone()
    {
        var item = await _station.SealTextAsync("a");
        var log = await _station.RotateAsync();
        var closed = _station.Data.Logs.Find(log).Ledger;
        var erased = new SealedItem(item, Merkle.LeafHash(closed.Read(item, 1)[0].Leaf.Span), "device/camera-01", closed.Genesis.LeafHash);
        await _station.SealOwnAsync(CustodyEntries.Tombstone(erased, "ordinary", null, withObject: false, byRetention: true, null, null));

        await _station.ExportOfAsync(log, "bag", rehearsal: false, item);

        Assert.Equal(["leaf.json", "proof.tlog-proof"], Directory.GetFiles(_station["bag", "data", $"{item}"]).Select(Path.GetFileName).Order());
        await AssertHoldsAsync(Policy(log));
    }

    [Fact]
    public async Task What_is_not_there_is_refused_by_name_and_a_rehearsal_seals_nothing()
    {
        var item = await _station.SealTextAsync("a");
        var log = await _station.RotateAsync();
        var size = _station.Data.Ledger.DurableSize;

        var outcome = await _station.ExportOfAsync(log, "bag", rehearsal: true, item);

        Assert.Equal(size, _station.Data.Ledger.DurableSize);
        Assert.Contains(outcome.Files, file => file.Path == "data/logs/1/endorsement.sig");
        Assert.Contains("no log", (await Assert.ThrowsAsync<GatewayException>(() => _station.ExportOfAsync("elsewhere.example", "bag", rehearsal: false, item))).Message, StringComparison.Ordinal);
        Assert.Contains($"the log {log}", (await Assert.ThrowsAsync<GatewayException>(() => _station.ExportOfAsync(log, "bag", rehearsal: false, 999))).Message, StringComparison.Ordinal);
    }

    async Task AssertHoldsAsync(EdgeGateway.Witnessing.WitnessPolicy policy, (string Origin, bool IsEarlier)? through = null)
    {
        var followed = await ExportedBag.FollowGuideAsync(_station["bag"]);
        Assert.True(followed.ExitCode == 0 && !followed.ToString().Contains("FAILED", StringComparison.Ordinal), followed.ToString());
        var script = await ExportedBag.RunScriptAsync(_station["bag"]);
        Assert.True(script.ExitCode == 0 && script.Output.EndsWith("ALL OK\n", StringComparison.Ordinal), script.ToString());
        Assert.DoesNotContain("cannot access", script.ToString(), StringComparison.Ordinal);
        var report = ExportedBag.Verify(_station["bag"], policy);
        Assert.True(report.Verdict == BagVerdict.Trusted, ExportedBag.Show(report));
        Assert.Equal(through, report.Through);
        Assert.Contains(report.Steps, step => step is { Name: "contents", State: StepState.Good });
    }

    string KeyOf(string origin) => (origin == _station.Data.Ledger.Origin ? _station.Data.Ledger.Key : _station.Data.Logs.Find(origin).Ledger.Key).ToString();

    EdgeGateway.Witnessing.WitnessPolicy Policy(string origin) => ExportedBag.Policy($"log {KeyOf(origin)}\nquorum none\n");

    async Task CosignAsync()
    {
        var size = (await _station.AskAsync("ledger-checkpoint", []))["size"]!.GetValue<long>();
        var root = await _station.RootAsync(size);
        await _station.SealOwnAsync(ExportedBag.Cosignature(_station.Data.Ledger.Origin, size, root));
    }

    async Task StampAsync()
    {
        var size = (await _station.AskAsync("ledger-checkpoint", []))["size"]!.GetValue<long>();
        await _station.SealOwnAsync(await _authority.AnchorAsync(_station.Data.Ledger.Origin, size, await _station.RootAsync(size)));
    }
}
