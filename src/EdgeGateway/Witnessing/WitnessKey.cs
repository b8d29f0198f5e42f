using System.Text;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Files;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Texts;

namespace EdgeGateway.Witnessing;

/// <summary>The key that this gateway cosigns other logs' checkpoints with: <c>keys/witness.key</c> (0600) and <c>keys/witness.vkey</c>.</summary>
static class WitnessKey
{
    const UnixFileMode Secret = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    const UnixFileMode Public = Secret | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public static string SecretPath(string data) => Path.Combine(data, "keys", "witness.key");

    /// <summary>Makes one; durable on return.</summary>
    /// <exception cref="GatewayException">There is one already, or the name is no key name.</exception>
    public static SigningKey Create(string data, string name)
    {
        var path = SecretPath(data);
        if (File.Exists(path)) throw Failure.Of("witness.key-exists", path);
        SigningKey key;
        try
        {
            Span<byte> seed = stackalloc byte[32];
            System.Security.Cryptography.RandomNumberGenerator.Fill(seed);
            key = SigningKey.FromSeed(name, seed, NoteKeyType.Cosignature);
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(seed);
        }
        catch (ArgumentException)
        {
            throw Failure.Usage("usage.value", "--name", Evidence.DisplayText.Of(name), Said.Of("usage.key-name"));
        }

        DurableDirectory.Create(Path.Combine(data, "keys"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        // A new key has cosigned nothing; the list is of one that was moved away.
        File.Delete(CosignedLogs.PathIn(data));
        AtomicFile.Write(path, Encoding.UTF8.GetBytes(key.Export() + "\n"), Secret);
        AtomicFile.Write(Path.ChangeExtension(path, ".vkey"), Encoding.UTF8.GetBytes(key.Verifier + "\n"), Public);
        return key;
    }

    /// <returns>Null where there is none.</returns>
    /// <exception cref="GatewayException">It can't be read as a cosigner's key.</exception>
    public static SigningKey? Find(string data)
    {
        var path = SecretPath(data);
        if (!File.Exists(path)) return null;
        return SigningKey.TryParse(File.ReadAllText(path).TrimEnd('\n'), out var key, out var error) && key.Verifier.Type == NoteKeyType.Cosignature
            ? key
            : throw Failure.Of("witness.key-damaged", path, error ?? Said.Of("witness.no-cosigner"));
    }

    /// <summary>The name that a new key gets if none is given.</summary>
    public static string DefaultName(string data, GatewayOptions gateway)
    {
        var ledger = LedgerKeys.PublicPath(data);
        var origin = File.Exists(ledger) && VerifierKey.TryParse(File.ReadAllText(ledger).Trim(), out var key, out _) ? key.Name : gateway.Origin;
        return origin + "/witness";
    }
}
