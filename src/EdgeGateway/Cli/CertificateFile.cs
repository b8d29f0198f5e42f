using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EdgeGateway.Evidence;
using EdgeGateway.Gateway;
using EdgeGateway.Registry;
using EdgeGateway.Texts;
using EdgeGateway.Tls;

namespace EdgeGateway.Cli;

/// <summary>What people have of a device: a certificate (PEM or DER), or a request for one (PEM). A key beside it in the file stays there.</summary>
static class CertificateFile
{
    const int MaximumBytes = 64 * 1024;

    /// <returns>The device's certificate, DER in base64: of a file with its chain the first.</returns>
    /// <exception cref="GatewayException">Names the option, the file and what is wrong with it.</exception>
    public static string Certificate(string option, string path)
    {
        var bytes = Read(option, path);
        try
        {
            if (bytes.AsSpan().IndexOf("-----BEGIN"u8) >= 0)
            {
                var chain = new X509Certificate2Collection();
                chain.ImportFromPem(Encoding.ASCII.GetString(bytes));
                bytes = chain.Count > 0 ? chain[0].RawData : [];
            }
        }
        catch (CryptographicException)
        {
            bytes = [];
        }

        return DeviceCertificate.TryRead(bytes, out var certificate) is { } wrong ? throw Wrong(option, path, wrong) : Convert.ToBase64String(certificate!.Der);
    }

    /// <returns>The first request in the file, PEM.</returns>
    /// <exception cref="GatewayException">Names the option, the file and what is wrong with it.</exception>
    public static string Request(string option, string path)
    {
        ReadOnlySpan<char> rest = Encoding.ASCII.GetString(Read(option, path));
        while (PemEncoding.TryFind(rest, out var found))
        {
            var pem = rest[found.Location];
            if (rest[found.Label] is "CERTIFICATE REQUEST" or "NEW CERTIFICATE REQUEST" && pem.Length <= DeviceCertificates.MaximumRequestCharacters) return pem.ToString();
            rest = rest[found.Location.End..];
        }

        throw Wrong(option, path, Said.Of("certificate.request"));
    }

    static byte[] Read(string option, string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var bytes = new byte[MaximumBytes + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length <= MaximumBytes ? bytes[..length] : throw Wrong(option, path, Said.Of("certificate.large", file.Length, MaximumBytes));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Wrong(option, path, e.Message);
        }
    }

    static GatewayException Wrong(string option, string path, string why) => Failure.Usage("usage.value", option, DisplayText.Of(path), why);
}
