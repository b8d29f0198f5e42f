using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeGateway.Fingerprints;

/// <summary>A time-stamp authority as the settings <c>Timestamps:Authorities</c> name it: its name and the files of the roots it is trusted by.</summary>
sealed record StampAuthority(string Name, IReadOnlyList<string> Roots)
{
    /// <summary>Each has a <c>Name</c> (else its key counts) and under <c>Roots</c> one file or several.</summary>
    public static IReadOnlyList<StampAuthority> Read(IConfiguration configuration) =>
    [
        .. configuration.GetSection("Timestamps:Authorities").GetChildren().Select(authority =>
        {
            var roots = authority.GetSection("Roots");
            IEnumerable<string?> files = roots.Value is { } single ? [single] : roots.GetChildren().Select(root => root.Value);
            return new StampAuthority(authority["Name"] ?? authority.Key, [.. files.OfType<string>().Where(file => file.Length > 0)]);
        }),
    ];

    /// <summary>Of each root: its file, its subject and the SHA-256 of its DER; or why the file can't be read.</summary>
    public IEnumerable<(string File, string? Subject, string? Sha256, string? Error)> RootFingerprints()
    {
        foreach (var file in Roots)
        {
            var found = new List<(string, string?, string?, string?)>();
            try
            {
                var certificates = new X509Certificate2Collection();
                certificates.ImportFromPemFile(file);
                if (certificates.Count == 0) certificates.Add(X509CertificateLoader.LoadCertificateFromFile(file));
                foreach (var certificate in certificates)
                {
                    using (certificate) found.Add((file, certificate.Subject, Convert.ToHexStringLower(SHA256.HashData(certificate.RawData)), null));
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
            {
                found.Add((file, null, null, e.Message));
            }

            foreach (var root in found) yield return root;
        }
    }
}
