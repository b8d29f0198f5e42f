using System.Security.Cryptography;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Files;

namespace EdgeGateway.Storage.Ledger;

/// <summary>
/// The key that signs this ledger's checkpoints: <c>keys/ledger.key</c> (0600) and <c>keys/ledger.vkey</c>; and the
/// recovery key, until it is on paper.
/// </summary>
public static class LedgerKeys
{
    const UnixFileMode Secret = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    const UnixFileMode Public = Secret | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public static string SecretPath(string data) => Path.Combine(data, "keys", "ledger.key");

    public static string PublicPath(string data) => Path.Combine(data, "keys", "ledger.vkey");

    /// <summary>Where the recovery key lies until someone has printed it.</summary>
    public static string RecoveryPath(string data) => Path.Combine(data, "keys", "recovery.key");

    /// <summary>
    /// Writes a recovery key, mode 0600; durable on return. One that is there already is kept under another name: it may be
    /// that of a ledger which was moved away and that nobody has printed yet.
    /// </summary>
    /// <returns>Its path.</returns>
    internal static string WriteRecovery(string path, SigningKey key)
    {
        if (File.Exists(path)) DurableFile.Rename(path, $"{path}.before-{key.Verifier.KeyId:x8}");
        AtomicFile.Write(path, System.Text.Encoding.UTF8.GetBytes(key.Export() + "\n"), Secret);
        return path;
    }

    /// <summary>
    /// Makes a key for a new ledger; durable on return. One that is there already is kept under another name: it may be
    /// that of a ledger which was moved away.
    /// </summary>
    public static SigningKey Create(string data, string origin)
    {
        var key = New(origin);
        Keep(data, key);
        return key;
    }

    /// <summary>Puts a key into a data directory; durable on return.</summary>
    public static void Keep(string data, SigningKey key)
    {
        DurableDirectory.Create(Path.Combine(data, "keys"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (File.Exists(SecretPath(data))) DurableFile.Rename(SecretPath(data), $"{SecretPath(data)}.before-{key.Verifier.KeyId:x8}");
        AtomicFile.Write(SecretPath(data), System.Text.Encoding.UTF8.GetBytes(key.Export() + "\n"), Secret);
        AtomicFile.Write(PublicPath(data), System.Text.Encoding.UTF8.GetBytes(key.Verifier + "\n"), Public);
    }

    /// <summary>Removes what a creation that was cut off left: half a key, or a whole one that nothing was signed with.</summary>
    internal static void RemoveLeftovers(string data)
    {
        var keys = Path.Combine(data, "keys");
        if (!Directory.Exists(keys)) return;
        AtomicFile.RemoveLeftovers(keys);
    }

    /// <exception cref="LedgerCorruptException">The key is missing or unreadable.</exception>
    public static SigningKey Read(string data)
    {
        var path = SecretPath(data);
        if (!File.Exists(path))
        {
            throw new LedgerCorruptException($"The ledger's key '{path}' is missing. Put it back from where it was moved to. If it is lost, 'edgegw ledger rotate --recovery-key FILE' closes this log with the recovery key from paper and opens the next.");
        }

        return SigningKey.TryParse(File.ReadAllText(path).TrimEnd('\n'), out var key, out var error)
            ? key
            : throw new LedgerCorruptException($"The ledger's key '{path}' is damaged: {error} Put the right one back; if it is lost, 'edgegw ledger rotate --recovery-key FILE' closes this log with the recovery key from paper and opens the next.");
    }

    /// <summary>What a ledger's state knows its key by.</summary>
    internal static Hash Identity(VerifierKey key) => new(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(key.ToString())));

    /// <summary>A key from fresh randomness, e.g. the recovery key that only paper keeps.</summary>
    public static SigningKey New(string name)
    {
        Span<byte> seed = stackalloc byte[32];
        RandomNumberGenerator.Fill(seed);
        var key = SigningKey.FromSeed(name, seed);
        CryptographicOperations.ZeroMemory(seed);
        return key;
    }
}
