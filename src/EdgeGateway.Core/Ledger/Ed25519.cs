using Rfc8032 = Org.BouncyCastle.Math.EC.Rfc8032.Ed25519;

namespace EdgeGateway.Ledger;

/// <summary>Ed25519 of RFC 8032, the one thing taken from BouncyCastle (docs/decisions/0002-transparency-log.md).</summary>
static class Ed25519
{
    public const int SeedBytes = 32;
    public const int PublicKeyBytes = 32;
    public const int SignatureBytes = 64;

    public static byte[] PublicKey(byte[] seed)
    {
        var publicKey = new byte[PublicKeyBytes];
        Rfc8032.GeneratePublicKey(seed, 0, publicKey, 0);
        return publicKey;
    }

    /// <summary>
    /// Whether these 32 bytes are a point that a secret key can have. A point of small order would verify signatures that
    /// nobody made.
    /// </summary>
    public static bool IsPublicKey(byte[] publicKey) =>
        publicKey.Length == PublicKeyBytes && Rfc8032.ValidatePublicKeyFull(publicKey, 0);

    public static byte[] Sign(byte[] seed, byte[] publicKey, byte[] message)
    {
        var signature = new byte[SignatureBytes];
        Rfc8032.Sign(seed, 0, publicKey, 0, message, 0, message.Length, signature, 0);
        return signature;
    }

    public static bool Verify(byte[] publicKey, byte[] message, ReadOnlySpan<byte> signature) =>
        signature.Length == SignatureBytes
        && Rfc8032.Verify(signature.ToArray(), 0, publicKey, 0, message, 0, message.Length);
}
