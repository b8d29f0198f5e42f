using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeGateway.Devices;
using EdgeGateway.Registry;
using EdgeGateway.Texts;

namespace EdgeGateway.Tls;

/// <summary>Certificates of the gateway's own authority for devices that make a key themselves and send a request (PKCS #10, RFC 2986).</summary>
static class DeviceCertificates
{
    public const int DefaultDays = 3 * 365;
    public const int MaximumDays = 10 * 365;
    public const int MaximumRequestCharacters = 16 * 1024;

    /// <summary>
    /// Of the request nothing is taken but its key, whose possession its signature proves: name and usage are the registry's to give.
    /// </summary>
    /// <param name="request">PEM.</param>
    /// <returns>Why not, in a sentence; else null and the certificate's DER.</returns>
    public static string? TryIssue(X509Certificate2 authority, DeviceId device, string request, int days, TimeProvider time, out byte[] certificate)
    {
        certificate = [];
        CertificateRequest asked;
        try
        {
            asked = CertificateRequest.LoadSigningRequestPem(request, HashAlgorithmName.SHA256, signerSignaturePadding: RSASignaturePadding.Pkcs1);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or NotSupportedException)
        {
            return Said.Of("certificate.request");
        }

        if (DeviceCertificate.WrongKey(asked.PublicKey) is { } wrong) return wrong;
        var issued = new CertificateRequest(new X500DistinguishedName($"CN={device}"), asked.PublicKey, HashAlgorithmName.SHA256);
        issued.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        issued.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        issued.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        issued.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        var (from, to) = Validity.Of(time, TimeSpan.FromDays(days));
        var end = authority.NotAfter.ToUniversalTime();
        using var signed = issued.Create(authority.SubjectName, X509SignatureGenerator.CreateForECDsa(authority.GetECDsaPrivateKey()!), from, to < end ? to : end, CertificateSerial.Next());
        certificate = signed.RawData;
        return null;
    }
}
