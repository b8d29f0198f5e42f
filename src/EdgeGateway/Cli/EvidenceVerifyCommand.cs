using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeGateway.Bags;
using EdgeGateway.Evidence;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Witnessing;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw evidence verify</c>: needs the bag, and what vouches for its keys; nothing of a gateway.</summary>
static class EvidenceVerifyCommand
{
    public static Command Create(IReadOnlyList<string> settings)
    {
        var directory = new Argument<string>("DIR");
        var policy = new Option<string?>("--policy") { Description = "Whose signatures count (C2SP tlog-policy); without it a bag can only be consistent with itself.", HelpName = "FILE" };
        var roots = new Option<string?>("--tsa-roots") { Description = "Root certificates of the time-stamp authorities that are trusted, PEM.", HelpName = "PEM" };
        var tagManifest = new Option<string?>("--tag-manifest") { Description = "What SHA-256 of tagmanifest-sha256.txt must be: the digest that the export printed.", HelpName = "HEX" };
        var language = BagLanguage.Option();
        var command = new Command("verify", "Check an exported bag, step by step.") { directory, policy, roots, tagManifest, language };
        command.SetAction((parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            var texts = BagLanguage.Texts("BagVerification", parsed.GetValue(language));
            var verification = new BagVerification(
                parsed.GetValue(policy) is { } file ? PolicyFile.Read(file, "--policy", exitCode: 2) : null, Roots(parsed.GetValue(roots)), TagManifest(parsed.GetValue(tagManifest)), texts);
            var report = verification.Run(parsed.GetValue(directory)!, cancellationToken);
            if (options.Json)
            {
                Output.Json(Console.Out, report.ToJson(texts));
            }
            else
            {
                foreach (var step in report.Steps) Console.Out.WriteLine($"{texts[$"state.{BagReport.Word(step.State)}"]}  {texts[$"{step.Name}.title"]}{(step.About.Length > 0 ? $" [{DisplayText.Of(step.About)}]" : "")}: {step.Sentence}");
                Console.Out.WriteLine(report.Sentence(texts));
            }

            return Task.FromResult(report.Verdict == BagVerdict.Trusted ? 0 : 1);
        });
        return command;
    }

    /// <summary>As a person copied it from a letter: capitals are the same, and nothing else is let through.</summary>
    static Hash? TagManifest(string? hex)
    {
        if (hex is null) return null;
        return Hash.TryParse(hex.Trim().ToLowerInvariant(), out var digest)
            ? digest
            : throw new GatewayException($"'{DisplayText.Of(hex)}' is no SHA-256 digest: --tag-manifest takes the 64 hexadecimal digits that 'edgegw evidence export' printed.", exitCode: 2);
    }

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
            throw new GatewayException($"'{path}' holds no certificates in PEM: {e.Message}", exitCode: 2);
        }

        return roots.Count > 0 ? roots : throw new GatewayException($"'{path}' holds no certificate: give the authority's root in PEM.", exitCode: 2);
    }
}
