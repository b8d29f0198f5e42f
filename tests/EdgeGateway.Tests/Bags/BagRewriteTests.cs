using EdgeGateway.Bags;
using EdgeGateway.Tests.Support;
using EdgeGateway.Witnessing;

namespace EdgeGateway.Tests.Bags;

/// <summary>Whoever makes the manifests again must not get anything past that the proven entries do not give.</summary>
public sealed class BagRewriteTests(TestAuthorityFixture authorities) : IClassFixture<TestAuthorityFixture>, IAsyncLifetime
{
    ExportStation _station = null!;
    string _bag = null!;
    long _first;
    long _second;

    public async Task InitializeAsync()
    {
        _station = await ExportStation.OpenAsync(sm3: true);
        (_, _first) = await ExportedBag.MakeAsync(_station, authorities.Authority);
        _second = await _station.SealTextAsync("b");
        await _station.ReviewAsync(_second, "failed", "模糊");
        await _station.ExportAsync("two", _first, _second);
        _bag = _station["two"];
    }

    public async Task DisposeAsync() => await _station.DisposeAsync();

    /// <summary>The manifests themselves are left out: whoever makes them again undoes the change.</summary>
    [Fact]
    public void One_bit_of_any_file_is_refused_even_with_new_manifests()
    {
        var untouched = Verify();
        var random = new Random(3);
        foreach (var file in ExportedBag.Files(_bag).Where(file => !file.Contains("manifest-sha256", StringComparison.Ordinal)).ToList())
        {
            var path = Path.Combine(_bag, file);
            var at = random.NextInt64(new FileInfo(path).Length);
            var mask = (byte)(1 << random.Next(8));
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            ExportedBag.Flip(path, at, mask);
            ExportedBag.Remake(_bag);

            var report = Verify();

            Assert.True(report.Verdict == BagVerdict.Refused, $"{file}, byte {at}, mask {mask}");
            Assert.DoesNotContain(report.Steps, step => step.Sentence.Contains("changed after", StringComparison.Ordinal));
            ExportedBag.Flip(path, at, mask);
        }

        ExportedBag.Remake(_bag);
        Assert.Equal(BagVerdict.Trusted, untouched.Verdict);
        Assert.Equal(ExportedBag.Show(untouched), ExportedBag.Show(Verify()));
    }

    /// <summary>What the entries do not say in so many words, and what nobody reads by a machine.</summary>
    [Theory]
    [InlineData("data/list.csv", "电子数据\"", "视听资料\"")]
    [InlineData("data/list.txt", "李四", "王五")]
    [InlineData("data/list.html", "仅自证", "并未自证")]
    [InlineData("data/list.html", "font:10pt", "display:none;font:10pt")]
    [InlineData("data/list.txt", "案-77", "案-78")]
    [InlineData("bag-info.txt", "Bag-Software-Agent: edgegw ", "Bag-Software-Agent: edgegw 9")]
    [InlineData("bag-info.txt", "EdgeGateway-Format: 3", "EdgeGateway-Format: 1")]
    [InlineData("bag-info.txt", "Bagging-Date: 2", "Bagging-Date: 3")]
    [InlineData("VERIFY.txt", "不证明", "也证明")]
    [InlineData("verify.sh", "exit 1; fi", "exit 0; fi")]
    [InlineData("verify.sh", "#!/bin/sh\n", "#!/bin/sh\nexit 0\n")]
    public void A_changed_word_is_named_with_its_file_and_line(string file, string what, string instead)
    {
        var path = Path.Combine(_bag, file);
        var text = File.ReadAllText(path);
        var at = text.IndexOf(what, StringComparison.Ordinal);
        Assert.True(at >= 0, text);
        File.WriteAllText(path, text[..at] + instead + text[(at + what.Length)..], new System.Text.UTF8Encoding(file.EndsWith(".csv", StringComparison.Ordinal)));
        ExportedBag.Remake(_bag);

        var failed = Assert.Single(Verify().Steps, step => step.State == StepState.Failed && (step.About != BagPath.Information || file == BagPath.Information));

        var line = text[..at].Count(c => c == '\n') + (what.StartsWith("#!", StringComparison.Ordinal) ? 2 : 1);
        Assert.Equal(file, failed.About);
        Assert.Contains($"{file}, line {line},", failed.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_belongs_to_nothing_is_refused_though_the_manifests_list_it()
    {
        File.WriteAllText(Path.Combine(_bag, "data", "note.txt"), "believe me");
        File.WriteAllText(Path.Combine(_bag, "README.txt"), "believe me");
        ExportedBag.Remake(_bag);

        var failed = Verify().Steps.Where(step => step.State == StepState.Failed).ToList();

        Assert.Equal([BagPath.Information, "README.txt", "data/note.txt"], failed.Select(step => step.About));
        Assert.All(failed.Skip(1), step => Assert.Contains("belongs to no item", step.Sentence, StringComparison.Ordinal));
    }

    [Fact]
    public void Manifests_in_another_order_are_refused()
    {
        var path = Path.Combine(_bag, BagPath.TagManifest);
        File.WriteAllLines(path, File.ReadAllLines(path).Reverse());

        Assert.Contains(Verify().Steps, step => step is { Name: "contents", About: BagPath.TagManifest, State: StepState.Failed });
    }

    [Fact]
    public void A_time_stamp_that_was_left_out_is_missed()
    {
        var anchor = Directory.GetDirectories(Path.Combine(_bag, "data", "anchors"))[0];
        Directory.Delete(anchor, recursive: true);
        ExportedBag.Remake(_bag);

        Assert.Contains(Verify().Steps, step => step is { Name: "contents", State: StepState.Failed } && step.Sentence.Contains($"Entry {Path.GetFileName(anchor)} is missing", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_bag_of_another_format_is_open_where_its_texts_can_not_be_compared()
    {
        _station.Format = 1;
        await _station.ExportAsync("older", _first);

        var report = ExportedBag.Verify(_station["older"], Policy());

        Assert.Equal(6, report.Steps.Count(step => step.State == StepState.Open && step.Sentence.Contains("not those that this version writes", StringComparison.Ordinal)));
        Assert.DoesNotContain(report.Steps, step => step is { Name: "list" or "guide" or "information", State: StepState.Good });
        Assert.Contains(report.Steps, step => step is { Name: "review", State: StepState.Good });
        Assert.True(report.Verdict == BagVerdict.Open, ExportedBag.Show(report));
        Assert.Equal(BagVerdict.SelfConsistent, ExportedBag.Verify(_station["older"]).Verdict);
    }

    [Fact]
    public void Without_a_record_lists_are_open_and_still_marked()
    {
        foreach (var item in (long[])[_first, _second])
        {
            foreach (var folder in Directory.GetDirectories(Path.Combine(_bag, "data", $"{item}", "history")).Where(folder => File.ReadAllText(Path.Combine(folder, "leaf.json")).Contains("\"export", StringComparison.Ordinal)))
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        ExportedBag.Remake(_bag);
        var open = Verify();
        File.WriteAllText(Path.Combine(_bag, "data", "list.txt"), "all is well");
        ExportedBag.Remake(_bag);
        var unmarked = Verify();

        Assert.Equal(6, open.Steps.Count(step => step is { Name: "list" or "guide" or "information", State: StepState.Open }));
        Assert.Equal(BagVerdict.Open, open.Verdict);
        Assert.Contains(unmarked.Steps, step => step is { Name: "list", About: "data/list.txt", State: StepState.Failed });
    }

    BagReport Verify() => ExportedBag.Verify(_bag, Policy(), Roots());

    WitnessPolicy Policy() => ExportedBag.Policy($"log {_station.Data.Ledger.Key}\nwitness w {ExportedBag.Witness.Verifier}\nquorum none\n");

    System.Security.Cryptography.X509Certificates.X509Certificate2Collection Roots()
    {
        var roots = new System.Security.Cryptography.X509Certificates.X509Certificate2Collection();
        roots.ImportFromPemFile(authorities.Authority.Root);
        return roots;
    }
}
