using System.Security.Cryptography;
using EdgeGateway.Devices;

namespace EdgeGateway.Storage.Registry;

/// <summary>
/// A device's new secret that is not in force yet. First seal the <c>device</c> entry that names
/// <see cref="CredentialId"/>, then <see cref="AccountStore.Activate"/>, then show <see cref="Secret"/>, once. A crash
/// between the steps leaves the old secret in force, nobody having seen the new one: make another.
/// </summary>
public sealed class PreparedSecret
{
    PreparedSecret(DeviceId device, string credentialId, string secret, byte[] digest)
    {
        Device = device;
        CredentialId = credentialId;
        Secret = secret;
        Digest = digest;
    }

    public DeviceId Device { get; }

    /// <summary>32 hexadecimal digits of SHA-256 over device and digest: what the ledger may name. No other secret has it.</summary>
    public string CredentialId { get; }

    /// <summary>32 random bytes in base64url (RFC 4648 section 5, unpadded); the device sends this text. Never logged or stored.</summary>
    public string Secret { get; }

    /// <summary>SHA-256 of the secret's text. Of 256 random bits no slow hash is needed.</summary>
    internal byte[] Digest { get; }

    public static PreparedSecret For(DeviceId device)
    {
        var secret = System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var digest = SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(secret));
        return new PreparedSecret(device, CredentialIdOf(device.Value, digest), secret, digest);
    }

    /// <summary>So that a file of secrets can be checked against the ledger: who exchanged one could not give it this id.</summary>
    internal static string CredentialIdOf(string device, ReadOnlySpan<byte> digest)
    {
        byte[] input = [.. "edgegw/credential/v1\n"u8, .. System.Text.Encoding.ASCII.GetBytes(device), (byte)'\n', .. digest];
        return Convert.ToHexStringLower(SHA256.HashData(input).AsSpan(0, 16));
    }

    /// <summary>Without the secret, so that no log or message shows it by accident.</summary>
    public override string ToString() => $"credential {CredentialId} of {Device}";
}
