using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeGateway.Bags;
using EdgeGateway.Ledger;
using EdgeGateway.Texts;
using EdgeGateway.Witnessing;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw evidence verify</c>: needs the bag, and what vouches for its keys; nothing of a gateway.</summary>
static class EvidenceVerifyCommand
{
    public static Command Create(IReadOnlyList<string> settings)
    {
        var directory = Values.ExistingDirectory("DIR");
        var policy = Values.File("--policy");
        var roots = Values.File("--tsa-roots");
        var tagManifest = Values.Checked("--tag-manifest", text => TagManifest(text) is null ? Said.Of("usage.digest") : null);
        tagManifest.HelpName = "HEX";
        var command = new Command("verify") { directory, policy, roots, tagManifest };
        command.SetAction((parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            var texts = TextTable.Of("BagVerification");
            var verification = new BagVerification(
                parsed.GetValue(policy) is { } file ? PolicyFile.Read(file, "--policy", exitCode: 2) : null, Roots(parsed.GetValue(roots)),
                parsed.GetValue(tagManifest) is { } digest ? TagManifest(digest) : null, texts);
            var report = verification.Run(parsed.GetValue(directory)!, cancellationToken);
            if (options.Json)
            {
                Output.Json(Console.Out, report.ToJson(texts));
            }
            else
            {
                foreach (var step in report.Steps) Console.Out.WriteLine($"{texts[$"state.{BagReport.Word(step.State)}"]}  {texts[$"{step.Name}.title"]}{(step.About.Length > 0 ? $" [{Evidence.DisplayText.Of(step.About)}]" : "")}: {step.Sentence}");
                Console.Out.WriteLine(report.Sentence(texts));
            }

            return Task.FromResult(report.Verdict == BagVerdict.Trusted ? 0 : 1);
        });
        return command;
    }

    /// <summary>As a person copied it from a letter: capitals are the same, and nothing else is let through.</summary>
    static Hash? TagManifest(string hex) => Hash.TryParse(hex.Trim().ToLowerInvariant(), out var digest) ? digest : null;

    static X509Certificate2Collection? Roots(string? path)
    {
        if (path is null) return null;
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPemFile(path);
        }
        catch (CryptographicException e)
        {
            throw Failure.Usage("verify.roots-unreadable", path, e.Message);
        }

        return roots.Count > 0 ? roots : throw Failure.Usage("verify.no-roots", path);
    }
}
