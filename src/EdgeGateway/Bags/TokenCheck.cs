using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EdgeGateway.Evidence;

namespace EdgeGateway.Bags;

/// <summary>
/// An RFC 3161 token against the bytes that it should be of: the imprint, the signature, the certificate's purpose, and,
/// where roots are given, its chain as of the token's own time. Revocation is not asked for: a bag is checked offline.
/// </summary>
/// <param name="Fault">Key of the text that says what is wrong; null if nothing.</param>
sealed record TokenCheck(string? Fault, string Detail, DateTimeOffset Time, string Authority)
{
    public static TokenCheck Of(byte[] token, byte[] stamped, X509Certificate2Collection certificates, X509Certificate2Collection? roots)
    {
        try
        {
            if (!Rfc3161TimestampToken.TryDecode(token, out var parsed, out var length) || length != token.Length) return Wrong("refused.token", "");
            if (!parsed.VerifySignatureForData(stamped, out var signer, certificates)) return Wrong("refused.token", "");
            var time = parsed.TokenInfo.Timestamp;
            var authority = DisplayText.Of(signer.Subject);
            if (roots is null) return new TokenCheck(null, "", time, authority);
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(roots);
            chain.ChainPolicy.ExtraStore.AddRange(certificates);
            chain.ChainPolicy.ExtraStore.AddRange(parsed.AsSignedCms().Certificates);
            chain.ChainPolicy.VerificationTime = time.UtcDateTime;
            chain.ChainPolicy.VerificationTimeIgnored = false;
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.DisableCertificateDownloads = true;
            return chain.Build(signer)
                ? new TokenCheck(null, "", time, authority)
                : Wrong("refused.chain", string.Join(' ', chain.ChainStatus.Select(status => status.Status.ToString())));
        }
        catch (CryptographicException e)
        {
            return Wrong("refused.token", DisplayText.Of(e.Message));
        }
    }

    /// <exception cref="BagRefusedException">It is no PEM of certificates.</exception>
    public static void Import(X509Certificate2Collection certificates, byte[] pem)
    {
        try
        {
            certificates.ImportFromPem(Encoding.ASCII.GetString(pem));
        }
        catch (CryptographicException e)
        {
            throw new BagRefusedException("refused.certificates", e.Message);
        }
    }

    static TokenCheck Wrong(string fault, string detail) => new(fault, detail, default, "");
}
