using System.Globalization;
using System.Security.Cryptography;
using EdgeGateway.Bags;
using EdgeGateway.Ledger;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Bags;

/// <summary>Whoever hands over a bag can leave something out and make the manifests again; the export's record in it tells.</summary>
public sealed class BagCompletenessTests : IAsyncLifetime
{
    ExportStation _station = null!;
    long _first;
    long _second;

    public async Task InitializeAsync()
    {
        _station = await ExportStation.OpenAsync();
        (_first, _second) = (await _station.SealTextAsync("a"), await _station.SealTextAsync("b"));
        await _station.ReviewAsync(_first, "passed", "清晰");
        await _station.ReviewAsync(_second, "passed", "清晰");
    }

    public async Task DisposeAsync() => await _station.DisposeAsync();

    [Fact]
    public async Task A_passed_review_is_proven_as_of_the_export()
    {
        await _station.ExportAsync("bag", _first, _second);

        var report = Verify();

        Assert.Equal(2, report.Steps.Count(step => step is { Name: "review", State: StepState.Good }));
        Assert.Equal(2, report.Steps.Count(step => step is { Name: "export", State: StepState.Good, About.Length: > 0 }));
        Assert.True(report.Verdict == BagVerdict.SelfConsistent, ExportedBag.Show(report));
    }

    [Fact]
    public async Task A_failed_review_that_was_left_out_is_missed_by_the_program_and_by_the_shell()
    {
        await _station.ReviewAsync(_first, "failed", "模糊");
        await _station.ExportAsync("bag", _first);
        Directory.Delete(HistoryOf(_first)[1], recursive: true);
        ExportedBag.Remake(_station["bag"]);

        var report = Verify();
        var script = await ExportedBag.RunScriptAsync(_station["bag"]);

        Assert.Contains(report.Steps, step => step is { Name: "export", State: StepState.Failed } && step.Sentence.Contains("missing", StringComparison.Ordinal));
        Assert.DoesNotContain(report.Steps, step => step is { Name: "review", State: StepState.Good });
        Assert.Matches("\\[[0-9]+\\] complete [^\\[]*FAILED", script.Output);
    }

    [Fact]
    public async Task An_entry_that_was_made_after_the_record_is_refused()
    {
        await _station.ExportAsync("earlier", _first);
        await _station.ExportAsync("bag", _first);
        var history = HistoryOf(_first);
        Assert.Equal(4, history.Count);
        Directory.Delete(history[^1], recursive: true);
        ExportedBag.Remake(_station["bag"]);

        Assert.Contains(Verify().Steps, step => step is { Name: "export", State: StepState.Failed } && step.Sentence.Contains("made after", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_any_record_nothing_is_said_of_completeness_and_a_passed_review_is_open()
    {
        await _station.ExportAsync("bag", _first);
        Directory.Delete(HistoryOf(_first)[^1], recursive: true);
        ExportedBag.Remake(_station["bag"]);

        var report = Verify();

        Assert.Contains(report.Steps, step => step is { Name: "export", State: StepState.Open });
        Assert.Contains(report.Steps, step => step is { Name: "review", State: StepState.Open });
    }

    /// <summary>Since format 3 the record is missed already where the tree must end; before, where those of other items are there.</summary>
    [Theory]
    [InlineData(2, "export")]
    [InlineData(3, "last word in the tree")]
    public async Task An_item_whose_record_alone_is_gone_is_refused(long format, string sentence)
    {
        _station.Format = format;
        await _station.ExportAsync("bag", _first, _second);
        Directory.Delete(HistoryOf(_second)[^1], recursive: true);
        ExportedBag.Remake(_station["bag"]);

        Assert.Contains(Verify().Steps, step => step is { Name: "export", State: StepState.Failed } && step.Sentence.Contains(sentence, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(2, "2 items")]
    [InlineData(3, "last word in the tree")]
    public async Task An_item_that_was_left_out_is_missed(long format, string sentence)
    {
        _station.Format = format;
        await _station.ExportAsync("bag", _first, _second);
        Directory.Delete(_station["bag", "data", $"{_second}"], recursive: true);
        ExportedBag.Remake(_station["bag"]);

        Assert.Contains(Verify().Steps, step => step is { Name: "export", State: StepState.Failed } && step.Sentence.Contains(sentence, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_registration_that_was_left_out_is_missed()
    {
        await _station.ExportAsync("bag", _first);
        Directory.Delete(_station["bag", "data", $"{_first}", "device"], recursive: true);
        ExportedBag.Remake(_station["bag"]);

        Assert.Contains(Verify().Steps, step => step is { Name: "device", State: StepState.Failed });
    }

    [Fact]
    public async Task The_digest_that_the_export_printed_tells_this_bag_from_any_other()
    {
        var outcome = await _station.ExportAsync("bag", _first);
        await _station.ExportAsync("other", _first);
        var written = outcome.TagManifest!.Value;

        Assert.Equal(new Hash(SHA256.HashData(File.ReadAllBytes(_station["bag", "tagmanifest-sha256.txt"]))), written);
        Assert.Contains(Verify(written).Steps, step => step is { Name: "tag-manifest", State: StepState.Good });
        Assert.DoesNotContain(Verify().Steps, step => step.Name == "tag-manifest");
        Assert.Equal(BagVerdict.Refused, ExportedBag.Verify(_station["other"], tagManifest: written).Verdict);
    }

    BagReport Verify(Hash? tagManifest = null) => ExportedBag.Verify(_station["bag"], tagManifest: tagManifest);

    /// <summary>Folders, in the order of the ledger.</summary>
    List<string> HistoryOf(long item) => [.. Directory.GetDirectories(_station["bag", "data", $"{item}", "history"])
        .OrderBy(folder => long.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture))];
}
