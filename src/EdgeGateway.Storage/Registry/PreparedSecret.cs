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

    /// <summary>16 random hexadecimal digits: what the ledger may name.</summary>
    public string CredentialId { get; }

    /// <summary>32 random bytes in base64url (RFC 4648 section 5, unpadded); the device sends this text. Never logged or stored.</summary>
    public string Secret { get; }

    /// <summary>SHA-256 of the secret's text. Of 256 random bits no slow hash is needed.</summary>
    internal byte[] Digest { get; }

    public static PreparedSecret For(DeviceId device)
    {
        var secret = System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        return new PreparedSecret(
            device,
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)),
            secret,
            SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(secret)));
    }

    /// <summary>Without the secret, so that no log or message shows it by accident.</summary>
    public override string ToString() => $"credential {CredentialId} of {Device}";
}
