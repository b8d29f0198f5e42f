using System.Text;
using EdgeGateway.Storage.Files;

namespace EdgeGateway.Witnessing;

/// <summary>
/// Which logs this witness's key has cosigned ever: <c>keys/witness.logs</c>, an origin a line, beside the key. A memory of a
/// log that is gone is thereby not taken for a log that was never seen. Safe for any number of threads.
/// </summary>
sealed class CosignedLogs(string path, IEnumerable<string> origins)
{
    const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    readonly Lock _lock = new();
    readonly SortedSet<string> _origins = new(origins, StringComparer.Ordinal);

    public static string PathIn(string data) => Path.ChangeExtension(WitnessKey.SecretPath(data), ".logs");

    public static CosignedLogs Open(string data)
    {
        var path = PathIn(data);
        return new CosignedLogs(path, File.Exists(path) ? File.ReadAllLines(path) : []);
    }

    public bool Has(string origin)
    {
        lock (_lock) return _origins.Contains(origin);
    }

    /// <summary>Durable on return.</summary>
    /// <exception cref="StorageFullException">There is no room.</exception>
    public void Add(string origin)
    {
        lock (_lock)
        {
            if (_origins.Contains(origin)) return;
            AtomicFile.Write(path, Encoding.UTF8.GetBytes(string.Concat(_origins.Append(origin).Order(StringComparer.Ordinal).Select(line => line + "\n"))), Mode);
            _origins.Add(origin);
        }
    }
}
