using EdgeGateway.Export;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Export;

/// <summary>VERIFY.txt, followed to the letter by somebody who has coreutils, grep and openssl.</summary>
public sealed class VerifyGuideTests(TestAuthorityFixture authorities) : IClassFixture<TestAuthorityFixture>, IAsyncLifetime
{
    readonly TestAuthority _authority = authorities.Authority;
    ExportStation _station = null!;

    public async Task InitializeAsync() => _station = await ExportStation.OpenAsync(sm3: true);

    public async Task DisposeAsync() => await _station.DisposeAsync();

    [Fact]
    public async Task Every_command_of_the_guide_holds_one_by_one_and_so_does_the_script()
    {
        var (bag, _) = await ExportedBag.MakeAsync(_station, _authority);

        var followed = await ExportedBag.FollowGuideAsync(bag, _authority.Root);
        var script = await ExportedBag.RunScriptAsync(bag);

        Assert.True(followed.ExitCode == 0, followed.ToString());
        Assert.DoesNotContain("FAILED", followed.Output, StringComparison.Ordinal);
        Assert.True(script.ExitCode == 0, script.ToString());
        Assert.EndsWith("ALL OK\n", script.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_of_the_item_alone_holds_too()
    {
        var (bag, _) = await ExportedBag.MakeAsync(_station, _authority, alone: true);

        var followed = await ExportedBag.FollowGuideAsync(bag);

        Assert.True(followed.ExitCode == 0, followed.ToString());
    }

    [Fact]
    public async Task With_the_root_of_another_authority_the_time_stamp_fails()
    {
        var (bag, _) = await ExportedBag.MakeAsync(_station, _authority);

        var followed = await ExportedBag.FollowGuideAsync(bag, authorities.Other.Root);

        Assert.NotEqual(0, followed.ExitCode);
        Assert.Contains("Verification: FAILED", followed.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_commands_notice_even_when_the_manifests_were_made_again()
    {
        var (bag, item) = await ExportedBag.MakeAsync(_station, _authority);
        foreach (var (file, about) in ((string, string)[])
        [
            ($"data/{item}/original.bin", "content"), ($"data/{item}/private.json", "commitment"), ($"data/{item}/salt", "commitment"),
            ($"data/{item}/leaf.json", "inclusion"), ("data/ledger/checkpoint.sig", "checkpoint"), ("data/ledger/log.der", "checkpoint"),
        ])
        {
            using var copy = Copy(bag);
            ExportedBag.Flip(copy[["bag", .. file.Split('/')]], 10);
            var remade = await E2eCommand.RunAsync("sh", ["-c", $"cd '{copy["bag"]}' && find data -type f | xargs sha256sum > manifest-sha256.txt && sha256sum bag-info.txt bagit.txt manifest-sha256.txt VERIFY.txt verify.sh > tagmanifest-sha256.txt"]);
            Assert.True(remade.ExitCode == 0, remade.ToString());

            var script = await ExportedBag.RunScriptAsync(copy["bag"]);

            Assert.True(script.ExitCode == 1, $"{file}: {script}");
            var failed = script.Output.Split('\n').Where(line => line.StartsWith("FAILED ", StringComparison.Ordinal)).Select(line => line["FAILED ".Length..]);
            Assert.Contains(failed, number => script.Output.Contains($"[{number}] {about} ", StringComparison.Ordinal));
        }
    }

    [Trait("Speed", "Slow")]
    [Fact]
    public async Task One_bit_of_any_file_is_noticed_by_the_script()
    {
        var (bag, _) = await ExportedBag.MakeAsync(_station, _authority);
        var random = new Random(7);
        foreach (var file in ExportedBag.Files(bag))
        {
            using var copy = Copy(bag);
            var path = copy[["bag", .. file.Split('/')]];
            var at = random.NextInt64(new FileInfo(path).Length);
            var mask = (byte)(1 << random.Next(8));
            ExportedBag.Flip(path, at, mask);

            var script = await ExportedBag.RunScriptAsync(copy["bag"]);

            Assert.False(script.ExitCode == 0, $"{file}, byte {at}, mask {mask}: {script}");
        }
    }

    [Fact]
    public void The_functions_that_the_page_for_experts_shows_are_those_of_the_guide()
    {
        var page = File.ReadAllText(Path.Combine(DocsFolder.Root, "docs", "verification.md"));

        Assert.All(VerifyCommands.Functions, function => Assert.Contains($"\n{function}\n", page, StringComparison.Ordinal));
    }

    static TempFolder Copy(string bag)
    {
        var copy = new TempFolder();
        foreach (var file in ExportedBag.Files(bag))
        {
            var target = copy[["bag", .. file.Split('/')]];
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(bag, file), target);
        }

        return copy;
    }
}
