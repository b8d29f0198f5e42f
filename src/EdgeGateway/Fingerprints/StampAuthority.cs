using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeGateway.Timestamps;

namespace EdgeGateway.Fingerprints;

/// <summary>A time-stamp authority's roots, as the page of fingerprints shows them.</summary>
static class StampAuthority
{
    /// <summary>Of each root: its file, its subject and the SHA-256 of its DER; or why the file can't be read.</summary>
    public static IReadOnlyList<(string File, string? Subject, string? Sha256, string? Error)> RootFingerprints(AuthorityOptions authority)
    {
        var file = authority.Roots;
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPemFile(file);
            var found = new List<(string, string?, string?, string?)>(certificates.Count);
            foreach (var certificate in certificates)
            {
                using (certificate) found.Add((file, certificate.Subject, Convert.ToHexStringLower(SHA256.HashData(certificate.RawData)), null));
            }

            return found;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return [(file, null, null, e.Message)];
        }
    }
}
