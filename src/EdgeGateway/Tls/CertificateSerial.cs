using System.Security.Cryptography;

namespace EdgeGateway.Tls;

static class CertificateSerial
{
    /// <summary>Positive, and not to be guessed (RFC 5280 section 4.1.2.2).</summary>
    public static byte[] Next()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)(serial[0] & 0x7F | 0x40);
        return serial;
    }
}
