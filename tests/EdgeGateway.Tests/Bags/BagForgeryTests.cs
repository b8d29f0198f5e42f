using EdgeGateway.Bags;
using EdgeGateway.Gateway;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Bags;

/// <summary>Whoever makes the manifests again, and writes lists and guide to match, must not get past what the tree and the record say.</summary>
public sealed class BagForgeryTests(TestAuthorityFixture authorities) : IClassFixture<TestAuthorityFixture>, IAsyncLifetime
{
    ExportStation _station = null!;
    long _item;

    public async Task InitializeAsync()
    {
        _station = await ExportStation.OpenAsync();
        (_, _item) = await ExportedBag.MakeAsync(_station, authorities.Authority);
    }

    public async Task DisposeAsync() => await _station.DisposeAsync();

    [Fact]
    public async Task A_bag_of_a_failed_review_can_not_be_cut_back_to_the_record_of_the_passed_one()
    {
        await _station.ReviewAsync(_item, "failed", "模糊");
        await _station.ExportAsync("later", _item);
        Assert.Contains(Verify("later").Steps, step => step is { Name: "review", State: StepState.Open });
        var kept = Directory.GetDirectories(_station["bag", "data", $"{_item}", "history"]).Select(Path.GetFileName).ToHashSet();
        foreach (var entry in Directory.GetDirectories(_station["later", "data", $"{_item}", "history"]).Where(entry => !kept.Contains(Path.GetFileName(entry)))) Directory.Delete(entry, recursive: true);
        foreach (var file in (string[])["list.csv", "list.txt", "list.html"]) File.Copy(_station["bag", "data", file], _station["later", "data", file], overwrite: true);
        ExportedBag.Remake(_station["later"]);

        AssertRefused("later", "export", "cut back");
        Assert.DoesNotContain(Verify("later").Steps, step => step is { Name: "review", State: StepState.Good });
    }

    [Fact]
    public async Task What_was_sealed_between_record_and_tree_is_in_the_bag_and_can_not_be_taken_out()
    {
        await ExportWithOthersAsync();
        var after = Assert.Single(Directory.GetDirectories(_station["busy", "data", "ledger", "after"]));

        var report = Verify("busy");
        var script = await ExportedBag.RunScriptAsync(_station["busy"]);

        Assert.True(report.Verdict == BagVerdict.Trusted, ExportedBag.Show(report));
        Assert.True(script.ExitCode == 0, script.ToString());
        Assert.Equal(["leaf.json", "proof.tlog-proof"], Directory.GetFiles(after).Select(Path.GetFileName).Order());
        Directory.Delete(Path.GetDirectoryName(after)!, recursive: true);
        ExportedBag.Remake(_station["busy"]);
        AssertRefused("busy", "export", "cut back");
        Assert.Matches("\\[[0-9]+\\] after [^\\[]*FAILED", (await ExportedBag.RunScriptAsync(_station["busy"])).Output);
    }

    [Fact]
    public async Task An_older_bag_whose_record_is_not_the_end_of_the_tree_proves_no_passed_review()
    {
        _station.Format = 2;
        await ExportWithOthersAsync();
        Directory.Delete(_station["busy", "data", "ledger", "after"], recursive: true);
        ExportedBag.Remake(_station["busy"]);

        var report = Verify("busy");

        Assert.True(report.Verdict == BagVerdict.Open, ExportedBag.Show(report));
        Assert.Contains(report.Steps, step => step is { Name: "export", State: StepState.Open });
        Assert.Contains(report.Steps, step => step is { Name: "review", State: StepState.Open });
    }

    [Fact]
    public async Task A_review_that_comes_in_between_makes_the_export_begin_again()
    {
        var calls = 0;
        await ExportWithAsync(() =>
        {
            if (++calls == 2) _station.ReviewAsync(_item, "failed", "模糊").GetAwaiter().GetResult();
        });

        Assert.Equal(3, calls);
        Assert.Contains(Verify("busy").Steps, step => step is { Name: "review", State: StepState.Open } && step.Sentence.Contains("failed", StringComparison.Ordinal));
        Assert.NotEqual(BagVerdict.Refused, Verify("busy").Verdict);
    }

    [Fact]
    public async Task Where_something_always_comes_in_between_nothing_is_exported()
    {
        var refused = await Assert.ThrowsAsync<GatewayException>(() => ExportWithAsync(() => _station.ReviewAsync(_item, "failed", "模糊").GetAwaiter().GetResult()));

        Assert.Contains("8", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_station["busy"]));
    }

    [Theory]
    [InlineData("device", "inclusion")]
    [InlineData("genesis", "genesis")]
    [InlineData("anchor", "inclusion")]
    public void Salt_and_private_part_can_not_be_taken_from_what_is_never_erased(string what, string step)
    {
        var folder = what switch
        {
            "device" => _station["bag", "data", $"{_item}", "device"],
            "genesis" => _station["bag", "data", "ledger", "genesis"],
            _ => Directory.GetDirectories(_station["bag", "data", "anchors"]).First(anchor => File.Exists(Path.Combine(anchor, "cosignature.sig"))),
        };
        foreach (var name in (string[])["salt", "private.json"]) File.Delete(Path.Combine(folder, name));
        ExportedBag.Remake(_station["bag"]);

        AssertRefused("bag", step, "only items are ever erased");
    }

    [Fact]
    public async Task A_signature_line_that_nobody_checked_is_named_and_refused()
    {
        var line = $"\u2014 supreme-court.gov.cn/witness {Convert.ToBase64String(new byte[76])}\n";
        foreach (var file in ExportedBag.Files(_station["bag"]).Where(file => file.EndsWith("/proof.tlog-proof", StringComparison.Ordinal) || file == "data/ledger/checkpoint"))
        {
            File.AppendAllText(_station[["bag", .. file.Split('/')]], line);
        }

        ExportedBag.Remake(_station["bag"]);

        AssertRefused("bag", "checkpoint", "supreme-court.gov.cn/witness");
        Assert.Matches("\\[[0-9]+\\] checkpoint [^\\[]*FAILED", (await ExportedBag.RunScriptAsync(_station["bag"])).Output);
    }

    [Fact]
    public void An_empty_folder_is_refused()
    {
        Directory.CreateDirectory(_station["bag", "data", $"{_item}", "history", "passed-by-the-court"]);

        AssertRefused("bag", "files", "passed-by-the-court");
    }

    [Fact]
    public void A_file_with_holes_is_refused_before_it_is_read()
    {
        using (var file = File.OpenWrite(_station["bag", "data", "list.txt"])) file.SetLength(BagFolder.MaximumBytes);
        AssertRefused("bag", "files", "at most");

        using (var file = File.OpenWrite(_station["bag", "data", "list.txt"])) file.SetLength(64L << 30);
        AssertRefused("bag", "files", "Payload-Oxum");
    }

    [Fact]
    public void A_long_file_is_left_in_the_middle_when_it_is_cancelled()
    {
        var bag = BagFolder.Open(_station["bag"]);
        using var enough = new CancellationTokenSource();
        enough.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => bag.Sha256("data/list.txt", enough.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => bag.Sm3("data/list.txt", enough.Token));
    }

    /// <summary>Something else is sealed each time that entries are chosen: once for the rehearsal, once for the export.</summary>
    Task ExportWithOthersAsync()
    {
        var calls = 0;
        return ExportWithAsync(() => _station.SealTextAsync($"meanwhile-{++calls}").GetAwaiter().GetResult());
    }

    async Task ExportWithAsync(Action meanwhile)
    {
        _station.Meanwhile = meanwhile;
        try
        {
            await _station.ExportAsync("busy", _item);
        }
        finally
        {
            _station.Meanwhile = null;
        }
    }

    void AssertRefused(string bag, string step, string sentence)
    {
        var report = Verify(bag);
        Assert.True(report.Verdict == BagVerdict.Refused, ExportedBag.Show(report));
        Assert.True(report.Steps.Any(taken => taken.Name == step && taken.State == StepState.Failed && taken.Sentence.Contains(sentence, StringComparison.Ordinal)), ExportedBag.Show(report));
    }

    BagReport Verify(string bag)
    {
        var roots = new System.Security.Cryptography.X509Certificates.X509Certificate2Collection();
        roots.ImportFromPemFile(authorities.Authority.Root);
        return ExportedBag.Verify(_station[bag], ExportedBag.Policy($"log {_station.Data.Ledger.Key}\nwitness w {ExportedBag.Witness.Verifier}\nquorum none\n"), roots);
    }
}
