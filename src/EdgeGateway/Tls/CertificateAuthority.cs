using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeGateway.Gateway;
using EdgeGateway.Storage.Files;
using EdgeGateway.Texts;

namespace EdgeGateway.Tls;

/// <summary>
/// The gateway's own certificate authority (<c>keys/tls/ca.pem</c>, <c>keys/tls/ca.key</c>, 0600), made on the first start with TLS: what
/// devices are given to know the gateway by. It lasts 30 years, because every device would have to be given a new one.
/// </summary>
sealed class CertificateAuthority : IDisposable
{
    public const UnixFileMode Secret = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    const UnixFileMode Public = Secret | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    const UnixFileMode Folder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    static readonly TimeSpan Lifetime = TimeSpan.FromDays(30 * 365);

    CertificateAuthority(X509Certificate2 certificate) => Certificate = certificate;

    /// <summary>With its private key.</summary>
    public X509Certificate2 Certificate { get; }

    public static string FolderIn(string data) => Path.Combine(data, "keys", "tls");

    public static string CertificatePath(string data) => Path.Combine(FolderIn(data), "ca.pem");

    static string KeyPath(string data) => Path.Combine(FolderIn(data), "ca.key");

    /// <summary>Reads it, or makes it where there is none; durable on return.</summary>
    /// <param name="origin">The ledger's name: part of the subject, so that people tell gateways apart.</param>
    /// <exception cref="GatewayException">It is there and can't be read: another one in its place would lock out every device.</exception>
    public static CertificateAuthority Open(string data, string origin, TimeProvider time)
    {
        if (!File.Exists(CertificatePath(data))) Make(data, origin, time);
        try
        {
            return new CertificateAuthority(X509Certificate2.CreateFromPemFile(CertificatePath(data), KeyPath(data)));
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw Failure.Of("tls.authority", CertificatePath(data), KeyPath(data), e.Message);
        }
    }

    public void Dispose() => Certificate.Dispose();

    /// <summary>The key first: a certificate without its key would be taken for damage.</summary>
    static void Make(string data, string origin, TimeProvider time)
    {
        DurableDirectory.Create(FolderIn(data), Folder);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName($"CN={Quoted($"EdgeGateway {origin}")}"), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var (from, to) = Validity.Of(time, Lifetime);
        using var certificate = request.CreateSelfSigned(from, to);
        AtomicFile.Write(KeyPath(data), System.Text.Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"), Secret);
        AtomicFile.Write(CertificatePath(data), System.Text.Encoding.ASCII.GetBytes(certificate.ExportCertificatePem() + "\n"), Public);
    }

    static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
