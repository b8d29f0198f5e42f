using System.Collections.Immutable;
using System.Security.Cryptography;
using EdgeGateway.Devices;
using LiteDB;

namespace EdgeGateway.Storage.Registry;

/// <summary>
/// The devices' secrets, in <c>accounts.db</c> (mode 0600). It is no view: it is backed up, and the ledger only names
/// credentials by id. One process at a time has it open, the one with the data directory's lock: the gateway, or the
/// command line while the gateway is stopped. Checks are for any number of threads and read no disk; changes wait for one
/// another.
/// </summary>
public sealed class AccountStore : ICredentialCheck, IDisposable
{
    const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    const int Schema = 1;
    const string Meta = "meta";
    const string Credentials = "deviceCredentials";

    readonly string _path;
    readonly LiteFile _file;
    readonly Lock _writing = new();
    ImmutableDictionary<string, Credential> _current;

    AccountStore(string path, LiteFile file, ImmutableDictionary<string, Credential> current)
    {
        _path = path;
        _file = file;
        _current = current;
    }

    /// <summary>Opens the file, or makes it.</summary>
    /// <exception cref="AccountsUnreadableException">It is damaged, or of a later version.</exception>
    public static AccountStore Open(string path)
    {
        path = Path.GetFullPath(path);
        if (File.Exists(path) && LiteFile.IsTruncated(path)) throw new AccountsUnreadableException(path, "it is cut short");
        LiteFile? file = null;
        try
        {
            file = LiteFile.Open(path, Mode);
            ReadSchema(path, file);
            var current = file.Database.GetCollection(Credentials).FindAll().ToImmutableDictionary(
                document => document["_id"].AsString,
                document => new Credential(document["credentialId"].AsString, document["sha256"].AsBinary));
            return new AccountStore(path, file, current);
        }
        catch (Exception e) when (e is LiteException or InvalidCastException or NotImplementedException)
        {
            // LiteDB keeps no checksums: damage is whatever the code that meets it throws.
            file?.Dispose();
            throw new AccountsUnreadableException(path, e.Message, e);
        }
        catch
        {
            file?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Puts the secrets in force and the devices' old ones out of it, all or none; on disk when it returns. Call it once
    /// the entries that name the credentials are sealed.
    /// </summary>
    /// <exception cref="IOException">The disk failed or is full; the store must be opened again.</exception>
    public void Activate(params IReadOnlyCollection<PreparedSecret> secrets)
    {
        lock (_writing)
        {
            _file.ThrowIfFailed();
            _file.Database.BeginTrans();
            _file.Database.GetCollection(Credentials).Upsert(secrets.Select(secret => new BsonDocument
            {
                ["_id"] = secret.Device.Value,
                ["credentialId"] = secret.CredentialId,
                ["sha256"] = secret.Digest,
            }));
            _file.Database.Commit();
            _file.MakeDurable();
            Interlocked.Exchange(ref _current, _current.SetItems(secrets.Select(secret =>
                KeyValuePair.Create(secret.Device.Value, new Credential(secret.CredentialId, secret.Digest)))));
        }
    }

    /// <summary>
    /// Lets only those secrets count that the ledger names: in force, or the one before, where a change was cut off. A file
    /// that somebody changed, or that belongs to another ledger, lets nobody in.
    /// </summary>
    public void Trust(IEnumerable<RegisteredDevice> devices)
    {
        lock (_writing)
        {
            var named = devices.Where(device => _current.TryGetValue(device.Id, out var credential)
                && credential.Id == PreparedSecret.CredentialIdOf(device.Id, credential.Sha256)
                && (credential.Id == device.CredentialId || credential.Id == device.FormerCredentialId));
            Interlocked.Exchange(ref _current, named.ToImmutableDictionary(device => device.Id, device => _current[device.Id]));
        }
    }

    /// <summary>The file as it is now, whole: for a backup.</summary>
    /// <exception cref="IOException">The disk failed; the store must be opened again.</exception>
    public byte[] Snapshot()
    {
        lock (_writing)
        {
            // What was committed may still be in the log beside it.
            _file.MakeDurable();
            using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
    }

    /// <summary>
    /// The device's credential in force; null if it has none. Where the registry names another one, a change was cut off
    /// before <see cref="Activate"/>.
    /// </summary>
    public string? CredentialOf(DeviceId device) => Volatile.Read(ref _current).GetValueOrDefault(device.Value)?.Id;

    /// <inheritdoc/>
    public string? Verify(string deviceId, ReadOnlySpan<byte> secret)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(secret, digest);
        // An unknown device is compared all the same, so that time does not tell which devices there are.
        var known = Volatile.Read(ref _current).TryGetValue(deviceId, out var credential);
        var equal = CryptographicOperations.FixedTimeEquals(digest, (credential ?? Credential.None).Sha256);
        return known & equal ? credential!.Id : null;
    }

    public void Dispose() => _file.Dispose();

    static void ReadSchema(string path, LiteFile file)
    {
        var meta = file.Database.GetCollection(Meta);
        if (meta.FindById(1) is not { } document)
        {
            meta.Insert(new BsonDocument { ["_id"] = 1, ["schema"] = Schema });
            file.MakeDurable();
        }
        else if (document["schema"] != Schema)
        {
            throw new AccountsUnreadableException(path, $"version {document["schema"]} is not known here");
        }
    }

    sealed record Credential(string Id, byte[] Sha256)
    {
        public static readonly Credential None = new("", new byte[SHA256.HashSizeInBytes]);
    }
}
