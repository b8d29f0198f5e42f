using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using EdgeGateway.Devices;

namespace EdgeGateway.Storage.Registry;

/// <summary>
/// A device's new credential that is not in force yet. First seal the <c>device</c> entry that names
/// <see cref="CredentialId"/>, then <see cref="AccountStore.Activate"/>, then show <see cref="Text"/>, once. A crash
/// between the steps leaves the old one in force, nobody having seen the new one: make another.
/// </summary>
public sealed class PreparedCredential
{
    PreparedCredential(DeviceId device, CredentialKind kind, byte[] digest, string? text)
    {
        Device = device;
        Kind = kind;
        CredentialId = CredentialIdOf(device.Value, kind, digest);
        Digest = digest;
        Text = text;
    }

    public DeviceId Device { get; }

    public CredentialKind Kind { get; }

    /// <summary>32 hexadecimal digits of SHA-256 over kind, device and digest: what the ledger may name. No other credential has it.</summary>
    public string CredentialId { get; }

    /// <summary>
    /// A secret's 32 random bytes in base64url (RFC 4648 section 5, unpadded); the device sends this text. Never logged or stored. Null for
    /// a certificate.
    /// </summary>
    public string? Text { get; }

    /// <summary>SHA-256 of the secret's text (of 256 random bits no slow hash is needed), or of the certificate's DER.</summary>
    internal byte[] Digest { get; }

    public static PreparedCredential Secret(DeviceId device)
    {
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        return new PreparedCredential(device, CredentialKind.Secret, SHA256.HashData(Encoding.ASCII.GetBytes(secret)), secret);
    }

    /// <param name="certificate">Its DER.</param>
    public static PreparedCredential Certificate(DeviceId device, ReadOnlySpan<byte> certificate) =>
        new(device, CredentialKind.Certificate, SHA256.HashData(certificate), text: null);

    /// <summary>
    /// So that the file of credentials can be checked against the ledger: who exchanged one could not give it this id, nor make a secret
    /// count as a certificate, which is public.
    /// </summary>
    internal static string CredentialIdOf(string device, CredentialKind kind, ReadOnlySpan<byte> digest)
    {
        var domain = kind == CredentialKind.Certificate ? "edgegw/credential/certificate/v1\n"u8 : "edgegw/credential/v1\n"u8;
        byte[] input = [.. domain, .. Encoding.ASCII.GetBytes(device), (byte)'\n', .. digest];
        return Convert.ToHexStringLower(SHA256.HashData(input).AsSpan(0, 16));
    }

    /// <summary>Without the secret, so that no log or message shows it by accident.</summary>
    public override string ToString() => $"credential {CredentialId} of {Device}";
}
