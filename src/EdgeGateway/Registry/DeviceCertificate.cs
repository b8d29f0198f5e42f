using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeGateway.Texts;

namespace EdgeGateway.Registry;

/// <summary>
/// A certificate that a device is to sign in with. It is pinned: this one and no other, whoever issued it, so no chain is looked at and
/// nothing is asked of a network.
/// </summary>
/// <param name="Der">At most <see cref="MaximumBytes"/>.</param>
/// <param name="Ends">When it is no longer good.</param>
sealed record DeviceCertificate(byte[] Der, DateTimeOffset Ends)
{
    public const int MaximumBytes = 8 * 1024;

    const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    const int LeastRsaBits = 2048;

    /// <param name="der">DER.</param>
    /// <returns>Why it can't serve, in a sentence; else null and the certificate.</returns>
    public static string? TryRead(byte[] der, out DeviceCertificate? certificate)
    {
        certificate = null;
        if (der.Length > MaximumBytes) return Said.Of("certificate.large", der.Length, MaximumBytes);
        try
        {
            using var read = X509CertificateLoader.LoadCertificate(der);
            if (Wrong(read) is { } wrong) return wrong;
            certificate = new DeviceCertificate(read.RawData, new DateTimeOffset(read.NotAfter.ToUniversalTime()));
            return null;
        }
        catch (CryptographicException)
        {
            return Said.Of("certificate.unreadable");
        }
    }

    /// <summary>Whether a key is of a kind that TLS takes here, and strong enough.</summary>
    /// <returns>Why not, in a sentence; null where it is.</returns>
    public static string? WrongKey(PublicKey key)
    {
        using var rsa = key.GetRSAPublicKey();
        if (rsa is not null) return rsa.KeySize < LeastRsaBits ? Said.Of("certificate.weak", rsa.KeySize, LeastRsaBits) : null;
        using var ecdsa = key.GetECDsaPublicKey();
        return ecdsa is null || !IsNistCurve(ecdsa.ExportParameters(includePrivateParameters: false).Curve.Oid.Value) ? Said.Of("certificate.key") : null;
    }

    static string? Wrong(X509Certificate2 certificate)
    {
        if (WrongKey(certificate.PublicKey) is { } key) return key;
        foreach (var extension in certificate.Extensions)
        {
            switch (extension)
            {
                case X509BasicConstraintsExtension { CertificateAuthority: true }:
                    return Said.Of("certificate.authority");
                case X509EnhancedKeyUsageExtension usage when !usage.EnhancedKeyUsages.Cast<Oid>().Any(oid => oid.Value == ClientAuthentication):
                    return Said.Of("certificate.usage");
                case X509KeyUsageExtension usage when !usage.KeyUsages.HasFlag(X509KeyUsageFlags.DigitalSignature):
                    return Said.Of("certificate.usage");
            }
        }

        return null;
    }

    static bool IsNistCurve(string? oid) => oid is "1.2.840.10045.3.1.7" or "1.3.132.0.34" or "1.3.132.0.35";
}
