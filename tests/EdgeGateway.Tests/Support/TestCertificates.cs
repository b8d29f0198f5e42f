using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeGateway.Tests.Support;

/// <summary>Certificates that sign themselves.</summary>
static class TestCertificates
{
    /// <summary>Good from a day before <paramref name="now"/> to a day after, with its key.</summary>
    public static X509Certificate2 Make(string subject, DateTimeOffset now, params X509Extension[] extensions)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName(subject), key, HashAlgorithmName.SHA256);
        foreach (var extension in extensions) request.CertificateExtensions.Add(extension);
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
