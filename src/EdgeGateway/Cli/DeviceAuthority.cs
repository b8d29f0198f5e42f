using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Files;
using EdgeGateway.Texts;
using EdgeGateway.Tls;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw device ca</c>: the authority's certificate, which devices are given to know the gateway by. Reads a file only.</summary>
static class DeviceAuthority
{
    const UnixFileMode Public = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public static Command Create(IReadOnlyList<string> settings)
    {
        var output = Values.OutputFile("--out");
        var command = new Command("ca") { output };
        command.SetAction((parsed, _) =>
        {
            var options = CommandLine.Of(parsed, settings);
            var path = CertificateAuthority.CertificatePath(options.Data);
            if (!File.Exists(path)) throw Failure.Of("tls.none", path);
            using var certificate = X509CertificateLoader.LoadCertificateFromFile(path);
            var pem = certificate.ExportCertificatePem() + "\n";
            var answer = new JsonObject
            {
                ["subject"] = certificate.Subject,
                ["sha256"] = certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant(),
                ["notAfter"] = LedgerTime.Format(new DateTimeOffset(certificate.NotAfter.ToUniversalTime())),
                ["certificate"] = pem,
            };
            if (parsed.GetValue(output) is { } file) AtomicFile.Write(Path.GetFullPath(file), System.Text.Encoding.ASCII.GetBytes(pem), Public);
            if (options.Json) Output.Json(Console.Out, answer);
            else Show(options, answer, parsed.GetValue(output));
            return Task.FromResult(0);
        });
        return command;
    }

    static void Show(CommandLine options, JsonObject answer, string? file)
    {
        var pem = answer["certificate"]!.GetValue<string>();
        answer.Remove("certificate");
        answer["goodUntil"] = answer["notAfter"]!.DeepClone();
        answer.Remove("notAfter");
        Output.Fields(Console.Out, options.Site, answer);
        if (file is null) Console.Out.Write(pem);
        else Console.Out.WriteLine(Said.Of("tls.written", file));
    }
}
