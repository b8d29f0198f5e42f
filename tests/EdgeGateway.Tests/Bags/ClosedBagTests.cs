using System.Text;
using System.Text.Json.Nodes;
using EdgeGateway.Bags;
using EdgeGateway.Export;
using EdgeGateway.Ledger;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Bags;

/// <summary>What a later log says counts only where it provably goes on from the item's, whoever made the manifests again.</summary>
public sealed class ClosedBagTests : IAsyncLifetime
{
    static readonly SigningKey Foreign = SigningKey.FromSeed("station-01.example/2", [.. Enumerable.Range(7, 32).Select(i => (byte)i)]);

    ExportStation _station = null!;
    string _log = "";
    long _item;

    public async Task InitializeAsync()
    {
        _station = await ExportStation.OpenAsync();
        _item = await _station.SealTextAsync("a");
        _log = await _station.RotateAsync();
        await _station.ReviewOfAsync(_log, _item, "passed");
        await _station.ExportOfAsync(_log, "bag", rehearsal: false, _item);
    }

    public async Task DisposeAsync() => await _station.DisposeAsync();

    [Fact]
    public void A_later_log_that_names_another_root_is_refused()
    {
        Forge((body, _) => body["previous"]!["root"] = new string('0', 64));

        AssertRefused("successor", "is not the end of");
    }

    [Fact]
    public void An_endorsement_by_a_foreign_key_is_refused()
    {
        Forge((body, end) => body["endorsement"]!["signature"] = Convert.ToBase64String(Foreign.Sign(end, Foreign.Verifier, VerifierKey.Parse(body["recoveryKey"]!.GetValue<string>()))));

        AssertRefused("successor", "does not hold");
    }

    [Fact]
    public void A_log_that_goes_on_from_nothing_is_refused()
    {
        Forge((body, _) =>
        {
            body.Remove("previous");
            body.Remove("endorsement");
        });

        AssertRefused("successor", "does not name");
    }

    [Fact]
    public async Task A_review_of_an_unrelated_log_does_not_count()
    {
        await using var other = await ExportStation.OpenAsync();
        var item = await other.SealTextAsync("x");
        await other.ReviewAsync(item, "passed", "别处");
        await other.ExportAsync("bag", item);
        CopyFolder(other["bag", "data", $"{item}", "history"], _station["bag", "data", $"{_item}", "later", "1"]);
        ExportedBag.Remake(_station["bag"]);
        AssertRefused("inclusion", "another checkpoint");

        CopyFolder(other["bag", "data", "ledger"], _station["bag", "data", "logs", "2"]);
        ExportedBag.Remake(_station["bag"]);
        AssertRefused("successor", "does not name");
    }

    [Fact]
    public void A_log_whose_number_does_not_follow_is_refused()
    {
        Directory.CreateDirectory(_station["bag", "data", "logs", "3"]);
        File.WriteAllText(_station["bag", "data", "logs", "3", "x"], "x");
        ExportedBag.Remake(_station["bag"]);

        AssertRefused("successor", "a number is missing");
    }

    [Fact]
    public void A_later_review_that_was_left_out_is_missed()
    {
        var review = Directory.GetDirectories(_station["bag", "data", $"{_item}", "later", "1"]).OrderBy(folder => long.Parse(Path.GetFileName(folder), System.Globalization.CultureInfo.InvariantCulture)).First();
        Directory.Delete(review, recursive: true);
        ExportedBag.Remake(_station["bag"]);

        AssertRefused("export", "missing or was added");
    }

    [Fact]
    public void Without_the_later_log_nothing_of_it_counts()
    {
        Directory.Delete(_station["bag", "data", "logs"], recursive: true);
        ExportedBag.Remake(_station["bag"]);

        var report = ExportedBag.Verify(_station["bag"], Policy());
        Assert.NotEqual(BagVerdict.Trusted, report.Verdict);
        Assert.DoesNotContain(report.Steps, step => step is { Name: "review", State: StepState.Good });
        Assert.DoesNotContain(report.Steps, step => step.About.Contains("later", StringComparison.Ordinal) && step.State == StepState.Good);
    }

    /// <summary>The first export was never finished, so that nothing in the closed log speaks of the item after its record.</summary>
    [Fact]
    public async Task A_bag_can_not_be_cut_back_to_an_export_before_the_log_was_closed()
    {
        await using var station = await ExportStation.OpenAsync();
        var item = await station.SealTextAsync("a");
        await station.ReviewAsync(item, "passed", "清晰");
        await station.AskAsync("evidence-export-open", new JsonObject
        {
            ["items"] = new JsonArray(item),
            ["case"] = "案-77",
            ["reason"] = "听证",
            ["format"] = BagFormat.Current,
            ["software"] = BagFormat.Software,
        });
        var log = await station.RotateAsync();
        await station.ReviewOfAsync(log, item, "failed");
        await station.ExportOfAsync(log, "bag", rehearsal: false, item);
        var policy = ExportedBag.Policy($"log {station.Data.Logs.Find(log).Ledger.Key}\nquorum none\n");
        foreach (var folder in (string[])["logs", $"{item}/later"]) Directory.Delete(station[["bag", "data", .. folder.Split('/')]], recursive: true);
        ExportedBag.Remake(station["bag"]);
        var cut = ExportedBag.Verify(station["bag"], policy);

        // Leaves and proofs are public: whoever has them can put them in.
        var closed = station.Data.Logs.Find(log).Ledger;
        Assert.True(SignedNote.TryParse(closed.Checkpoint.Note, out var note, out var error), error);
        for (var index = 5L; index < closed.Size; index++)
        {
            var place = station["bag", "data", "ledger", "after", $"{index}"];
            Directory.CreateDirectory(place);
            File.WriteAllBytes(Path.Combine(place, "leaf.json"), closed.Read(index, 1)[0].Leaf.ToArray());
            File.WriteAllBytes(Path.Combine(place, "proof.tlog-proof"), TlogProof.Create(index, new ProofBuilder(closed.Size, closed.ReadAnyTile).Inclusion(index), note).Encode());
        }

        ExportedBag.Remake(station["bag"]);
        var withEnd = ExportedBag.Verify(station["bag"], policy);

        Assert.True(cut.Steps.Any(step => step is { Name: "export", State: StepState.Failed } && step.Sentence.Contains("cut back", StringComparison.Ordinal)), ExportedBag.Show(cut));
        Assert.True(withEnd.Steps.Any(step => step is { Name: "export", State: StepState.Failed } && step.Sentence.Contains("closed the log", StringComparison.Ordinal)), ExportedBag.Show(withEnd));
    }

    [Fact]
    public void A_byte_of_any_new_file_is_noticed_even_where_the_manifests_were_made_again()
    {
        string[] parts = ["data/logs/", $"data/{_item}/later/", "data/ledger/closing/", "data/ledger/recovery"];
        var files = ExportedBag.Files(_station["bag"]).Where(file => Array.Exists(parts, part => file.StartsWith(part, StringComparison.Ordinal))).ToList();
        Assert.Contains("data/ledger/closing/announcement.txt", files);
        var random = new Random(11);
        foreach (var file in files)
        {
            var path = _station[["bag", .. file.Split('/')]];
            var before = File.ReadAllBytes(path);
            ExportedBag.Flip(path, random.NextInt64(before.Length), (byte)(1 << random.Next(8)));
            ExportedBag.Remake(_station["bag"]);

            var report = ExportedBag.Verify(_station["bag"], Policy());

            Assert.True(report.Verdict == BagVerdict.Refused, $"{file}: {ExportedBag.Show(report)}");
            File.WriteAllBytes(path, before);
        }

        ExportedBag.Remake(_station["bag"]);
        Assert.Equal(BagVerdict.Trusted, ExportedBag.Verify(_station["bag"], Policy()).Verdict);
    }

    [Theory]
    [InlineData("data/logs/1/endorsement.sig", "successor")]
    [InlineData("data/logs/1/endorsement.txt", "successor")]
    [InlineData("data/logs/1/log.der", "checkpoint")]
    [InlineData("data/ledger/closing/own.sig", "closing")]
    [InlineData("data/ledger/recovery.der", "recovery")]
    public async Task The_shell_notices_too(string file, string step)
    {
        ExportedBag.Flip(_station[["bag", .. file.Split('/')]], 20);
        ExportedBag.Remake(_station["bag"]);

        var script = await ExportedBag.RunScriptAsync(_station["bag"]);

        Assert.Equal(1, script.ExitCode);
        var failed = script.Output.Split('\n').Where(line => line.StartsWith("FAILED ", StringComparison.Ordinal)).Select(line => line["FAILED ".Length..]);
        Assert.Contains(failed, number => script.Output.Contains($"[{number}] {step} ", StringComparison.Ordinal));
    }

    void AssertRefused(string step, string sentence)
    {
        var report = ExportedBag.Verify(_station["bag"], Policy());
        Assert.True(report.Verdict == BagVerdict.Refused, ExportedBag.Show(report));
        Assert.True(report.Steps.Any(taken => taken.Name == step && taken.State == StepState.Failed && taken.Sentence.Contains(sentence, StringComparison.Ordinal)), ExportedBag.Show(report));
        Assert.DoesNotContain(report.Steps, taken => taken is { Name: "review", State: StepState.Good });
    }

    EdgeGateway.Witnessing.WitnessPolicy Policy() => ExportedBag.Policy($"log {_station.Data.Logs.Find(_log).Ledger.Key}\nquorum none\n");

    /// <summary>Puts another log in the later one's place, whole and well signed by a key of ours, with an entry 0 that says what we want.</summary>
    void Forge(Action<JsonObject, LogEnd> change)
    {
        var closed = _station.Data.Logs.Find(_log).Ledger;
        var place = _station["bag", "data", "logs", "1"];
        var leaf = JsonNode.Parse(File.ReadAllText(Path.Combine(place, "genesis", "leaf.json")))!.AsObject();
        var body = leaf["body"]!.AsObject();
        body["key"] = Foreign.Verifier.ToString();
        Assert.Equal("ledger", body["endorsement"]!["by"]!.GetValue<string>());
        change(body, closed.End);
        var bytes = Encoding.UTF8.GetBytes(leaf.ToJsonString(new System.Text.Json.JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        var tree = new Checkpoint(Foreign.Verifier.Name, 1, Merkle.LeafHash(bytes));
        var note = tree.Sign(Foreign);
        File.WriteAllBytes(Path.Combine(place, "genesis", "leaf.json"), bytes);
        File.WriteAllBytes(Path.Combine(place, "genesis", "proof.tlog-proof"), TlogProof.Create(0, [], note).Encode());
        File.WriteAllText(Path.Combine(place, "checkpoint"), note.ToString());
        File.WriteAllText(Path.Combine(place, "checkpoint.txt"), note.Text);
        File.WriteAllBytes(Path.Combine(place, "checkpoint.sig"), note.Signatures[0].Bytes.ToArray());
        File.WriteAllText(Path.Combine(place, "log.vkey"), $"{Foreign.Verifier}\n");
        File.WriteAllBytes(Path.Combine(place, "log.der"), EntryFolders.Der(Foreign.Verifier));
        ExportedBag.Remake(_station["bag"]);
    }

    static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }
}
