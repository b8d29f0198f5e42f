using System.Security.Cryptography.X509Certificates;
using EdgeGateway.Bags;
using EdgeGateway.Ledger;
using EdgeGateway.Tests.Support;
using EdgeGateway.Witnessing;

namespace EdgeGateway.Tests.Bags;

public sealed class BagVerificationTests(TestAuthorityFixture authorities) : IClassFixture<TestAuthorityFixture>, IAsyncLifetime
{
    static readonly SigningKey Second = WitnessKeys.Witness("second.example", 77);

    readonly TestAuthority _authority = authorities.Authority;
    ExportStation _station = null!;
    string _bag = null!;
    long _item;

    public async Task InitializeAsync()
    {
        _station = await ExportStation.OpenAsync(sm3: true);
        (_bag, _item) = await ExportedBag.MakeAsync(_station, _authority);
    }

    public async Task DisposeAsync() => await _station.DisposeAsync();

    [Fact]
    public void Without_a_policy_a_whole_bag_is_only_consistent_with_itself()
    {
        var report = ExportedBag.Verify(_bag);

        Assert.True(report.Verdict == BagVerdict.SelfConsistent, ExportedBag.Show(report));
    }

    [Fact]
    public void With_the_key_and_the_root_from_elsewhere_everything_is_trusted()
    {
        var report = ExportedBag.Verify(_bag, Policy(), Roots(_authority));

        Assert.True(report.Verdict == BagVerdict.Trusted, ExportedBag.Show(report));
        Assert.Contains(report.Steps, step => step is { Name: "time", State: StepState.Good });
        Assert.Contains(report.Steps, step => step is { Name: "witnesses", State: StepState.Good });
        Assert.Contains(report.Steps, step => step is { Name: "review", State: StepState.Good } && step.Sentence.Contains("as of the export", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_device_writes_into_its_time_can_not_make_its_own_bag_look_forged()
    {
        var index = await _station.SealAsync("""{"eventId":"q","capturedAt":"2026\",\"08,\"\"x"}"""u8.ToArray(), "q");
        using var folder = new TempFolder();
        await _station.ExportAsync(folder["bag"], index);

        var report = ExportedBag.Verify(folder["bag"]);
        Assert.True(report.Verdict == BagVerdict.SelfConsistent, ExportedBag.Show(report));
    }

    [Fact]
    public void Another_key_in_the_policy_refuses_it()
    {
        var other = SigningKey.FromSeed(_station.Data.Ledger.Origin, new byte[32]).Verifier;

        Assert.Equal(BagVerdict.Refused, ExportedBag.Verify(_bag, ExportedBag.Policy($"log {other}\nquorum none\n")).Verdict);
    }

    [Fact]
    public void A_quorum_that_is_not_met_refuses_it() =>
        Assert.Equal(BagVerdict.Refused, ExportedBag.Verify(_bag, ExportedBag.Policy($"log {_station.Data.Ledger.Key}\nwitness w {ExportedBag.Witness.Verifier}\nwitness v {Second.Verifier}\ngroup both all w v\nquorum both\n")).Verdict);

    [Fact]
    public async Task Cosignatures_on_different_trees_are_no_quorum_together()
    {
        // The first cosigned the item's tree; the second a later one, which the first never saw.
        var size = _station.Data.Ledger.Size;
        await _station.SealOwnAsync(ExportedBag.Cosignature(_station.Data.Ledger.Origin, size, await _station.RootAsync(size), Second));
        await _station.ExportAsync("later", _item);

        var both = ExportedBag.Verify(_station["later"], Policy("both"));
        var second = ExportedBag.Verify(_station["later"], Policy("v"));

        Assert.Contains(both.Steps, step => step is { Name: "witnesses", State: StepState.Failed });
        Assert.Equal(BagVerdict.Refused, both.Verdict);
        Assert.True(second.Verdict == BagVerdict.Trusted, ExportedBag.Show(second));
    }

    [Fact]
    public async Task Two_cosignatures_on_one_checkpoint_are_a_quorum_and_stand_in_the_guide()
    {
        var size = _item + 1;
        await _station.SealOwnAsync(ExportedBag.Cosignature(_station.Data.Ledger.Origin, size, await _station.RootAsync(size), Second));
        await _station.ExportAsync("both", _item);

        var report = ExportedBag.Verify(_station["both"], Policy("both"));
        var followed = await ExportedBag.FollowGuideAsync(_station["both"]);

        Assert.True(report.Verdict == BagVerdict.Trusted, ExportedBag.Show(report));
        Assert.True(followed.ExitCode == 0, followed.ToString());
        Assert.Contains("witness-2.der", File.ReadAllText(_station["both", "VERIFY.txt"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_witness_under_the_same_administration_leaves_it_self_attested()
    {
        var report = ExportedBag.Verify(_bag, Policy(theirs: "甲局"));

        Assert.Contains(report.Steps, step => step is { Name: "witnesses", State: StepState.Open } && step.Sentence.Contains("Self-attested only", StringComparison.Ordinal));
    }

    /// <summary>What people read must say what the entries say, also where the manifests were made again.</summary>
    [Theory]
    [InlineData("data/list.csv", "application/octet-stream", "video/mp4", "list")]
    [InlineData("data/list.txt", "40000", "40001", "list")]
    [InlineData("data/list.html", "审核通过", "审核通过了", "list")]
    [InlineData("data/list.html", "</tbody>", "<tr><td>2</td></tr>\n</tbody>", "list")]
    [InlineData("VERIFY.txt", "return 1;", "return 0;", "guide")]
    [InlineData("VERIFY.txt", "h=$(node ", "h=$(echo ", "guide")]
    [InlineData("verify.sh", "-attime", "-no_check_time -attime", "guide")]
    public void A_list_or_guide_that_says_something_else_is_refused(string file, string what, string instead, string step)
    {
        var path = Path.Combine(_bag, file);
        var text = File.ReadAllText(path);
        Assert.Contains(what, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(what, instead, StringComparison.Ordinal));
        Remake();

        var report = ExportedBag.Verify(_bag, Policy());

        Assert.Contains(report.Steps, taken => taken.Name == step && taken.State == StepState.Failed);
        Assert.DoesNotContain(report.Steps, taken => taken is { Name: "files", State: StepState.Failed });
    }

    [Fact]
    public void Without_salt_private_part_and_tombstone_it_was_not_erased_but_taken_away()
    {
        foreach (var name in (string[])["salt", "private.json", "original.bin"]) File.Delete(Path.Combine(_bag, "data", $"{_item}", name));
        Remake();

        Assert.Contains(ExportedBag.Verify(_bag, Policy()).Steps, step => step is { Name: "content", State: StepState.Failed });
    }

    [Fact]
    public void A_cosignature_of_a_key_that_the_policy_does_not_name_is_open()
    {
        var stranger = ExportedBag.Policy($"log {_station.Data.Ledger.Key}\nwitness v {Second.Verifier}\nquorum none\n");

        Assert.Contains(ExportedBag.Verify(_bag, Policy()).Steps, step => step is { Name: "cosignature", State: StepState.Good });
        foreach (var report in (BagReport[])[ExportedBag.Verify(_bag), ExportedBag.Verify(_bag, stranger)])
        {
            Assert.Contains(report.Steps, step => step is { Name: "cosignature", State: StepState.Open });
            Assert.DoesNotContain(report.Steps, step => step is { Name: "cosignature", State: StepState.Good });
        }
    }

    [Fact]
    public void Roots_of_another_authority_refuse_it()
    {
        var report = ExportedBag.Verify(_bag, Policy(), Roots(authorities.Other));

        Assert.Contains(report.Steps, step => step is { Name: "token", State: StepState.Failed });
    }

    [Fact]
    public void One_bit_of_any_file_refuses_it()
    {
        var random = new Random(11);
        foreach (var file in ExportedBag.Files(_bag))
        {
            var path = Path.Combine(_bag, file);
            var at = random.NextInt64(new FileInfo(path).Length);
            var mask = (byte)(1 << random.Next(8));
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            ExportedBag.Flip(path, at, mask);
            Assert.True(ExportedBag.Verify(_bag, Policy()).Verdict == BagVerdict.Refused, $"{file}, byte {at}, mask {mask}");
            ExportedBag.Flip(path, at, mask);
        }

        Assert.Equal(BagVerdict.Trusted, ExportedBag.Verify(_bag, Policy()).Verdict);
    }

    [Fact]
    public void A_file_cut_short_or_missing_refuses_it()
    {
        foreach (var file in ExportedBag.Files(_bag))
        {
            var path = Path.Combine(_bag, file);
            var bytes = File.ReadAllBytes(path);
            File.WriteAllBytes(path, bytes[..^1]);
            Assert.True(ExportedBag.Verify(_bag, Policy()).Verdict == BagVerdict.Refused, $"{file} without its last byte");

            File.Delete(path);
            Assert.True(ExportedBag.Verify(_bag, Policy()).Verdict == BagVerdict.Refused, $"without {file}");
            File.WriteAllBytes(path, bytes);
        }
    }

    /// <summary>Whoever can make the manifests again must still not get a changed part past the step that is about it.</summary>
    [Theory]
    [InlineData("original.bin", "content")]
    [InlineData("private.json", "inclusion")]
    [InlineData("salt", "inclusion")]
    [InlineData("leaf.json", "inclusion")]
    [InlineData("proof.tlog-proof", "inclusion")]
    [InlineData("device/leaf.json", "inclusion")]
    public void A_change_with_new_manifests_fails_at_its_own_step(string name, string step)
    {
        ExportedBag.Flip(Path.Combine(_bag, "data", $"{_item}", name), 10);
        Remake();

        var report = ExportedBag.Verify(_bag, Policy());

        Assert.Contains(report.Steps, taken => taken.Name == step && taken.State == StepState.Failed);
        Assert.DoesNotContain(report.Steps, taken => taken is { Name: "files", State: StepState.Failed });
    }

    [Fact]
    public void Tokens_that_changed_places_are_refused()
    {
        var anchors = Directory.GetFiles(Path.Combine(_bag, "data", "anchors"), "token.tst", SearchOption.AllDirectories);
        var (first, second) = (File.ReadAllBytes(anchors[0]), File.ReadAllBytes(anchors[1]));
        File.WriteAllBytes(anchors[0], second);
        File.WriteAllBytes(anchors[1], first);
        Remake();

        Assert.Equal(2, ExportedBag.Verify(_bag, Policy()).Steps.Count(step => step is { Name: "token", State: StepState.Failed }));
    }

    [Fact]
    public void A_history_entry_of_another_item_is_refused()
    {
        var history = Directory.GetDirectories(Path.Combine(_bag, "data", $"{_item}", "history"))[0];
        var anchor = Directory.GetDirectories(Path.Combine(_bag, "data", "anchors"))[0];
        var moved = Path.Combine(Path.GetDirectoryName(history)!, Path.GetFileName(anchor));
        Directory.CreateDirectory(moved);
        foreach (var name in (string[])["leaf.json", "salt", "private.json", "proof.tlog-proof"]) File.Copy(Path.Combine(anchor, name), Path.Combine(moved, name));
        Remake();

        Assert.Contains(ExportedBag.Verify(_bag, Policy()).Steps, step => step is { Name: "history", State: StepState.Failed });
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("data/../../outside")]
    [InlineData("/etc/hostname")]
    [InlineData("data//x")]
    [InlineData("data/%2e%2e/x")]
    [InlineData("data/.hidden")]
    public void A_manifest_that_leads_out_of_the_bag_is_refused_unread(string path)
    {
        File.AppendAllText(Path.Combine(_bag, "manifest-sha256.txt"), $"{new string('a', 64)}  {path}\n");

        Refused();
    }

    [Theory]
    [InlineData("AAAA")]
    [InlineData("# a comment")]
    [InlineData("")]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef *data/list.csv")]
    [InlineData("0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef  data/x")]
    public void A_manifest_line_of_another_form_is_refused(string line)
    {
        File.AppendAllText(Path.Combine(_bag, "manifest-sha256.txt"), line + "\n");

        Refused();
    }

    [Fact]
    public void A_manifest_line_without_end_is_refused()
    {
        File.AppendAllText(Path.Combine(_bag, "manifest-sha256.txt"), new string('a', 5_000_000));

        Refused();
    }

    [Fact]
    public void A_symbolic_link_is_refused()
    {
        var file = Path.Combine(_bag, "data", "list.txt");
        File.Move(file, _station["list.txt"]);
        File.CreateSymbolicLink(file, _station["list.txt"]);

        Refused();
    }

    [Fact]
    public void A_linked_folder_is_refused()
    {
        Directory.CreateSymbolicLink(Path.Combine(_bag, "data", "more"), "/");

        Refused();
    }

    [Fact]
    public async Task A_pipe_in_place_of_a_file_is_not_waited_for()
    {
        var file = Path.Combine(_bag, "data", "list.txt");
        File.Delete(file);
        Assert.Equal(0, (await E2eCommand.RunAsync("mkfifo", [file])).ExitCode);

        Assert.Equal(BagVerdict.Refused, ExportedBag.Verify(_bag, Policy()).Verdict);
    }

    [Fact]
    public void A_file_that_no_manifest_lists_is_reported()
    {
        File.WriteAllText(Path.Combine(_bag, "data", "note.txt"), "believe me");

        var report = ExportedBag.Verify(_bag, Policy());

        Assert.Equal(BagVerdict.Refused, report.Verdict);
        Assert.Contains(report.Steps, step => step.About == "data/note.txt" && step.Sentence.Contains("no manifest", StringComparison.Ordinal));
    }

    [Fact]
    public void A_list_that_hides_that_nobody_reviewed_is_refused()
    {
        Directory.Delete(Path.Combine(_bag, "data", $"{_item}", "history"), recursive: true);
        Remake();

        Assert.Contains(ExportedBag.Verify(_bag, Policy()).Steps, step => step is { Name: "list", State: StepState.Failed });
    }

    [Fact]
    public void Nothing_of_random_bytes_in_a_bag_escapes_as_an_exception()
    {
        var random = new Random(5);
        foreach (var file in ExportedBag.Files(_bag).Where(file => file.StartsWith("data/", StringComparison.Ordinal)))
        {
            var path = Path.Combine(_bag, file);
            var bytes = File.ReadAllBytes(path);
            var garbage = new byte[random.Next(1, 300)];
            random.NextBytes(garbage);
            File.WriteAllBytes(path, garbage);
            Remake();
            var report = ExportedBag.Verify(_bag, Policy(), Roots(_authority));
            Assert.NotEmpty(report.Steps);
            File.WriteAllBytes(path, bytes);
        }
    }

    void Refused()
    {
        var report = ExportedBag.Verify(_bag, Policy());
        Assert.Equal(BagVerdict.Refused, report.Verdict);
        Assert.Single(report.Steps);
    }

    void Remake() => ExportedBag.Remake(_bag);

    WitnessPolicy Policy(string quorum = "w", string theirs = "乙中心") => ExportedBag.Policy(
        $"# administration 甲局\nlog {_station.Data.Ledger.Key}\nwitness w {ExportedBag.Witness.Verifier}\n# operator w {theirs}\nwitness v {Second.Verifier}\n{(quorum == "both" ? "group both all w v\n" : "")}quorum {quorum}\n");

    static X509Certificate2Collection Roots(TestAuthority authority)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(authority.Root);
        return roots;
    }
}
