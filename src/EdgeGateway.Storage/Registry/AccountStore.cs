using System.Collections.Immutable;
using System.Security.Cryptography;
using EdgeGateway.Devices;
using LiteDB;

namespace EdgeGateway.Storage.Registry;

/// <summary>
/// The devices' secrets and the digests of their certificates, in <c>accounts.db</c> (mode 0600). It is no view: it is backed up, and the ledger only names
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
                document => document["_id"].AsString, Read);
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
    /// Takes note that a device's secret is about to change; on disk when it returns. Call it before the entry that names the new
    /// credential is sealed: where the change is then cut off, the old secret is known to be still in force. A device without one is
    /// passed over.
    /// </summary>
    /// <exception cref="IOException">The disk failed or is full: seal nothing; the store must be opened again.</exception>
    public void Prepare(PreparedCredential secret)
    {
        lock (_writing)
        {
            _file.ThrowIfFailed();
            if (!_current.TryGetValue(secret.Device.Value, out var credential)) return;
            var pending = credential with { PendingId = secret.CredentialId };
            _file.Database.GetCollection(Credentials).Update(Write(secret.Device.Value, pending));
            _file.MakeDurable();
            Interlocked.Exchange(ref _current, _current.SetItem(secret.Device.Value, pending));
        }
    }

    /// <summary>
    /// Puts the secrets in force and the devices' old ones out of it, all or none; on disk when it returns. Call it once
    /// the entries that name the credentials are sealed.
    /// </summary>
    /// <exception cref="IOException">The disk failed or is full; the store must be opened again.</exception>
    public void Activate(params IReadOnlyCollection<PreparedCredential> secrets)
    {
        lock (_writing)
        {
            _file.ThrowIfFailed();
            _file.Database.BeginTrans();
            var credentials = secrets.Select(secret => KeyValuePair.Create(secret.Device.Value, new Credential(secret.CredentialId, secret.Kind, secret.Digest, null))).ToList();
            _file.Database.GetCollection(Credentials).Upsert(credentials.Select(pair => Write(pair.Key, pair.Value)));
            _file.Database.Commit();
            _file.MakeDurable();
            Interlocked.Exchange(ref _current, _current.SetItems(credentials));
        }
    }

    /// <summary>
    /// Lets only those secrets count that the ledger names: in force, or an earlier one where the change to the newest was cut off
    /// (<see cref="Prepare"/>). A file that somebody changed or put back, or that belongs to another ledger, lets nobody in.
    /// </summary>
    public void Trust(IEnumerable<RegisteredDevice> devices)
    {
        lock (_writing)
        {
            var named = devices.Where(device => _current.TryGetValue(device.Id, out var credential)
                && credential.Id == PreparedCredential.CredentialIdOf(device.Id, credential.Kind, credential.Sha256)
                && (credential.Id == device.CredentialId || credential.PendingId == device.CredentialId && device.FormerCredentialIds.Contains(credential.Id)));
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

    /// <summary>The device that signs in with this certificate; null where there is none.</summary>
    /// <param name="certificate">SHA-256 over its DER.</param>
    public string? DeviceOf(ReadOnlySpan<byte> certificate)
    {
        foreach (var (device, credential) in Volatile.Read(ref _current))
        {
            if (credential.Kind == CredentialKind.Certificate && certificate.SequenceEqual(credential.Sha256)) return device;
        }

        return null;
    }

    /// <inheritdoc/>
    public string? Verify(string deviceId, ReadOnlySpan<byte> secret)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(secret, digest);
        return Verify(deviceId, CredentialKind.Secret, digest);
    }

    /// <inheritdoc/>
    public string? VerifyCertificate(string deviceId, ReadOnlySpan<byte> certificate) => Verify(deviceId, CredentialKind.Certificate, certificate);

    /// <inheritdoc/>
    public bool IsInForce(string deviceId, string credentialId) => Volatile.Read(ref _current).GetValueOrDefault(deviceId)?.Id == credentialId;

    public void Dispose() => _file.Dispose();

    string? Verify(string deviceId, CredentialKind kind, ReadOnlySpan<byte> digest)
    {
        // An unknown device is compared all the same, so that time does not tell which devices there are.
        var known = Volatile.Read(ref _current).TryGetValue(deviceId, out var credential) && credential.Kind == kind;
        var equal = CryptographicOperations.FixedTimeEquals(digest, (credential ?? Credential.None).Sha256);
        return known & equal ? credential!.Id : null;
    }

    // Files of earlier versions have secrets only, and no kind.
    static Credential Read(BsonDocument document) => new(
        document["credentialId"].AsString, CredentialKinds.Parse(document["kind"].AsString) ?? CredentialKind.Secret, document["sha256"].AsBinary, document["pendingId"].AsString);

    static BsonDocument Write(string device, Credential credential) => new()
    {
        ["_id"] = device,
        ["credentialId"] = credential.Id,
        ["kind"] = credential.Kind.Word(),
        ["sha256"] = credential.Sha256,
        ["pendingId"] = credential.PendingId,
    };

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

    /// <param name="PendingId">Of the one that is about to take its place; null where no change is under way.</param>
    sealed record Credential(string Id, CredentialKind Kind, byte[] Sha256, string? PendingId)
    {
        public static readonly Credential None = new("", CredentialKind.Secret, new byte[SHA256.HashSizeInBytes], null);
    }
}
