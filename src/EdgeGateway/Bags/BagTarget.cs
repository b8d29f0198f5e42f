using System.Text;
using EdgeGateway.Ledger;

namespace EdgeGateway.Bags;

/// <summary>What an export writes a bag's files to. One thread at a time.</summary>
abstract class BagTarget
{
    readonly SortedDictionary<string, BagFile> _files = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, BagFile> Files => _files;

    /// <summary>Octets and files of the payload, as RFC 8493's Payload-Oxum has them.</summary>
    public (long Octets, int Count) Payload =>
        (_files.Where(file => BagPath.IsPayload(file.Key)).Sum(file => file.Value.Size), _files.Keys.Count(BagPath.IsPayload));

    public void Add(string path, string text) => Add(path, Encoding.UTF8.GetBytes(text));

    public abstract void Add(string path, ReadOnlySpan<byte> content);

    /// <summary>Takes a stream of any length.</summary>
    /// <param name="progress">Gets the bytes written so far.</param>
    public abstract Task<BagFile> AddAsync(string path, Stream content, Action<long> progress, CancellationToken cancellationToken);

    /// <returns>The same.</returns>
    protected BagFile Take(string path, BagFile file) => _files[path] = file;

    protected void Claim(string path)
    {
        if (!BagPath.IsSafe(path)) throw new ArgumentException($"'{path}' is no name for a file of a bag.", nameof(path));
        if (_files.ContainsKey(path)) throw new ArgumentException($"'{path}' is in the bag already.", nameof(path));
    }
}

/// <param name="Sm3">Computed for media alone; null in a rehearsal.</param>
sealed record BagFile(long Size, Hash Sha256, Hash? Sm3);
