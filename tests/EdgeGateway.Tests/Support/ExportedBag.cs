using System.Security.Cryptography;
using EdgeGateway.Bags;
using EdgeGateway.Export;
using EdgeGateway.Ingest;
using EdgeGateway.Ledger;
using EdgeGateway.Texts;
using EdgeGateway.Witnessing;

namespace EdgeGateway.Tests.Support;

/// <summary>A bag with an item between two time-stamps, reviewed and cosigned, and what outsiders do with it.</summary>
static class ExportedBag
{
    public static readonly SigningKey Witness = SigningKey.FromSeed("witness.example", [.. Enumerable.Range(128, 32).Select(i => (byte)i)], NoteKeyType.Cosignature);

    /// <summary>The folder, the item's index, and the station's trust in its own key.</summary>
    public static async Task<(string Path, long Item)> MakeAsync(ExportStation station, TestAuthority authority, bool alone = false)
    {
        var origin = station.Data.Ledger.Origin;
        var before = await station.RootAsync(2);
        await station.SealOwnAsync(await authority.AnchorAsync(origin, 2, before));
        var item = await station.SealAsync([.. Enumerable.Range(0, 40_000).Select(i => (byte)(i % 251))], null);
        var size = item + 1;
        var root = await station.RootAsync(size);
        await station.SealOwnAsync(alone
            ? await authority.AnchorAsync(origin, 0, default, (item, station.Data.Ledger.Read(item, 1)[0].Leaf.ToArray()))
            : await authority.AnchorAsync(origin, size, root));
        await station.SealOwnAsync(Cosignature(origin, size, root));
        await station.ReviewAsync(item, "passed", "清晰");
        await station.ExportAsync("bag", item);
        return (station["bag"], item);
    }

    public static WitnessPolicy Policy(string text)
    {
        Assert.True(WitnessPolicy.TryParse(System.Text.Encoding.UTF8.GetBytes(text), out var policy, out var error), error);
        return policy;
    }

    public static OwnEntry Cosignature(string origin, long size, Hash root, SigningKey? by = null)
    {
        const long Time = 1_795_000_000;
        var witness = by ?? Witness;
        var text = $"{origin}\n{size}\n{Convert.ToBase64String(root.ToArray())}\n";
        Assert.True(Checkpoint.TryParse(text, out var checkpoint, out var error), error);
        var line = witness.Cosign(checkpoint, DateTimeOffset.FromUnixTimeSeconds(Time)).ToString();
        return new OwnEntry(EntryKind.Anchor, Subjects.Gateway, json =>
        {
            json.Name("by"u8);
            json.String(witness.Verifier.Name);
            json.Name("key"u8);
            json.String(witness.Verifier.ToString());
            json.Name("root"u8);
            json.Hex(root);
            json.Name("signature"u8);
            json.String(line[(line.LastIndexOf(' ') + 1)..]);
            json.Name("size"u8);
            json.Number(size);
            json.Name("time"u8);
            json.Time(DateTimeOffset.FromUnixTimeSeconds(Time));
            json.Name("type"u8);
            json.String("cosignature");
        });
    }

    /// <summary>The commands of VERIFY.txt, each in one shell after the other, which goes on after a failure and counts it.</summary>
    public static Task<E2eResult> FollowGuideAsync(string bag, string? roots = null)
    {
        var lines = File.ReadLines(Path.Combine(bag, "VERIFY.txt"))
            .Where(line => line.StartsWith(VerifyGuide.CommandMargin, StringComparison.Ordinal))
            .Select(line => line.Trim())
            .Select(line => line.StartsWith("h=", StringComparison.Ordinal) || line.Contains("() {", StringComparison.Ordinal) ? line : $"{line} || bad=1");
        var script = $"cd '{bag}'\nbad=0\n{(roots is null ? "" : $"export TSA_ROOTS='{roots}'\n")}{string.Join('\n', lines)}\nexit $bad\n";
        return E2eCommand.RunAsync("sh", ["-c", script]);
    }

    public static Task<E2eResult> RunScriptAsync(string bag) => E2eCommand.RunAsync("sh", [Path.Combine(bag, "verify.sh")]);

    public static BagReport Verify(string bag, WitnessPolicy? policy = null, System.Security.Cryptography.X509Certificates.X509Certificate2Collection? roots = null, Hash? tagManifest = null) =>
        new BagVerification(policy, roots, tagManifest, TextTable.Of("BagVerification", Language.English)).Run(bag, CancellationToken.None);

    public static string Show(BagReport report) => string.Join('\n', report.Steps.Select(step => $"{step.State} {step.Name} {step.About}: {step.Sentence}"));

    public static IEnumerable<string> Files(string bag) =>
        Directory.GetFiles(bag, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(bag, path)).Order(StringComparer.Ordinal);

    /// <summary>Both manifests over what lies there now, as whoever changed it would make them.</summary>
    public static void Remake(string bag)
    {
        RestateSizes(bag);
        var files = Files(bag).Where(file => !file.Contains("manifest-sha256", StringComparison.Ordinal)).ToList();
        File.WriteAllText(Path.Combine(bag, BagPath.Manifest), Lines(files.Where(BagPath.IsPayload)));
        File.WriteAllText(Path.Combine(bag, BagPath.TagManifest), Lines(files.Where(file => !BagPath.IsPayload(file)).Append(BagPath.Manifest).Order(StringComparer.Ordinal)));

        string Lines(IEnumerable<string> names) =>
            string.Concat(names.Select(name => $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(bag, name))))}  {name}\n"));
    }

    /// <summary>Also what bag-info.txt says of the payload's size, in place, because it need not be UTF-8 any more.</summary>
    static void RestateSizes(string bag)
    {
        var path = Path.Combine(bag, BagPath.Information);
        var payload = Files(bag).Where(BagPath.IsPayload).Select(file => new FileInfo(Path.Combine(bag, file)).Length).ToList();
        var text = File.ReadAllText(path, System.Text.Encoding.Latin1);
        var restated = System.Text.RegularExpressions.Regex.Replace(text, "(?m)^Payload-Oxum: [0-9.]+$", $"Payload-Oxum: {payload.Sum()}.{payload.Count}");
        if (restated != text) File.WriteAllText(path, restated, System.Text.Encoding.Latin1);
    }

    public static void Flip(string path, long at, byte mask = 1)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[at] ^= mask;
        File.WriteAllBytes(path, bytes);
    }
}
