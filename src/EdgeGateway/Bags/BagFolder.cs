using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using EdgeGateway.Ledger;

namespace EdgeGateway.Bags;

/// <summary>
/// A bag that somebody else made, read strictly: names that can't lead out, no symbolic links, every length bounded before
/// it is used, and nothing opened that is no plain file. Reads only.
/// </summary>
sealed class BagFolder
{
    const int MaximumFiles = 200_000;
    const int MaximumDepth = 6;
    const int MaximumInformation = 16 << 20;

    /// <summary>A bag of more bytes is not read: a file with holes claims any size and costs nothing.</summary>
    public const long MaximumBytes = 512L << 30;

    const long MaximumManifestBytes = 64L << 20;
    const int LineHead = 2 * Hash.Length + 2;

    readonly string _root;
    readonly SortedDictionary<string, Hash> _listed;
    readonly Lazy<Dictionary<Hash, string>> _byDigest;

    // In the order of their names, where everything below a folder stands together.
    readonly string[] _order;

    BagFolder(string root, SortedSet<string> files, SortedDictionary<string, Hash> listed)
    {
        _root = root;
        Files = files;
        _listed = listed;
        _order = [.. files];
        _byDigest = new(() => ByDigest(_listed));
    }

    /// <summary>Everything that lies in the folder.</summary>
    public SortedSet<string> Files { get; }

    /// <summary>In the folder, and in no manifest.</summary>
    public IEnumerable<string> Unlisted => Files.Where(file => file != BagPath.TagManifest && !_listed.ContainsKey(file));

    /// <summary>In a manifest, and not in the folder.</summary>
    public IEnumerable<string> Missing => _listed.Keys.Where(file => !Files.Contains(file));

    /// <exception cref="BagRefusedException">It is no bag that can be read safely.</exception>
    public static BagFolder Open(string directory)
    {
        if (!Directory.Exists(directory)) throw new BagRefusedException("refused.folder", directory);
        var files = new SortedSet<string>(StringComparer.Ordinal);
        Collect(new DirectoryInfo(directory), "", 0, files);
        var listed = new SortedDictionary<string, Hash>(StringComparer.Ordinal);
        var folder = new BagFolder(directory, files, listed);
        if (Encoding.UTF8.GetString(folder.Read(BagPath.Declaration, 4096)) != BagPath.DeclarationText) throw new BagRefusedException("refused.declaration");
        folder.ReadManifest(BagPath.TagManifest, path => !BagPath.IsPayload(path) && path != BagPath.TagManifest);
        folder.ReadManifest(BagPath.Manifest, BagPath.IsPayload);
        foreach (var needed in (string[])[BagPath.Declaration, BagPath.Information, BagPath.Manifest])
        {
            if (!listed.ContainsKey(needed)) throw new BagRefusedException("refused.unlisted", BagPath.TagManifest, needed);
        }

        return folder;
    }

    /// <summary>Files whose paths begin so, found without a look at the others.</summary>
    public IEnumerable<string> Below(string beginning)
    {
        var at = Array.BinarySearch(_order, beginning, StringComparer.Ordinal);
        for (at = at < 0 ? ~at : at; at < _order.Length && _order[at].StartsWith(beginning, StringComparison.Ordinal); at++) yield return _order[at];
    }

    /// <summary>The lines of the payload's manifest, or of the other, as a bag is written: in the order of the names.</summary>
    public string Lines(bool payload) =>
        string.Concat(_listed.Where(file => BagPath.IsPayload(file.Key) == payload).Select(file => $"{file.Value}  {file.Key}\n"));

    /// <summary>A file that the manifests say has these bytes.</summary>
    public string? FindByDigest(Hash sha256) => _byDigest.Value.GetValueOrDefault(sha256);

    public bool Has(string path) => Files.Contains(path);

    /// <exception cref="BagRefusedException">It is not there or is longer.</exception>
    public byte[] Read(string path, long maximumBytes)
    {
        if (!Has(path)) throw new BagRefusedException("refused.missing", path);
        var length = new FileInfo(Place(path)).Length;
        if (length > maximumBytes) throw new BagRefusedException("refused.long", path, length, maximumBytes);

        // Pipes and devices have no length: they are never opened.
        if (length == 0) return [];
        using var file = new FileStream(Place(path), FileMode.Open, FileAccess.Read);
        var bytes = new byte[length];
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Before anything is hashed: that the files are as large as the bag says (RFC 8493, Payload-Oxum), and together no larger than is read.</summary>
    /// <exception cref="BagRefusedException">They are not.</exception>
    public void CheckSizes()
    {
        const string Label = "Payload-Oxum: ";
        var total = Files.Sum(SizeOf);
        if (total > MaximumBytes) throw new BagRefusedException("refused.large", total, MaximumBytes);
        var stated = Encoding.UTF8.GetString(Read(BagPath.Information, MaximumInformation)).Split('\n').FirstOrDefault(line => line.StartsWith(Label, StringComparison.Ordinal))?[Label.Length..] ?? "";
        var payload = Files.Where(BagPath.IsPayload).ToList();
        var found = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{payload.Sum(SizeOf)}.{payload.Count}");
        if (stated != found) throw new BagRefusedException("refused.oxum", found, Evidence.DisplayText.Of(stated));
    }

    /// <summary>Hashes every listed file again, on all processors.</summary>
    /// <returns>Those that are not what their manifest says, in order.</returns>
    public IReadOnlyList<string> Changed(CancellationToken cancellationToken)
    {
        var changed = new ConcurrentBag<string>();
        Parallel.ForEach(_listed.Where(file => Has(file.Key)), new ParallelOptions { CancellationToken = cancellationToken }, file =>
        {
            if (Readable(file.Key, cancellationToken) != file.Value) changed.Add(file.Key);
        });
        return [.. changed.Order(StringComparer.Ordinal)];
    }

    /// <summary>Null where it may not be read, or the disk fails: it is then not what the manifest says either.</summary>
    Hash? Readable(string path, CancellationToken cancellationToken)
    {
        try
        {
            return Sha256(path, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public Hash Sha256(string path, CancellationToken cancellationToken)
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        ReadAll(path, sha256.AppendData, cancellationToken);
        return new Hash(sha256.GetHashAndReset());
    }

    /// <summary>Reads all of it: at about 140 MB/s.</summary>
    public Hash Sm3(string path, CancellationToken cancellationToken)
    {
        var sm3 = new Sm3();
        ReadAll(path, sm3.Append, cancellationToken);
        return sm3.Digest();
    }

    /// <summary>The folders right below one, by name.</summary>
    public IEnumerable<string> Folders(string below) => Below(below)
        .Where(file => file.IndexOf('/', below.Length) > 0)
        .Select(file => file[..file.IndexOf('/', below.Length)])
        .Distinct();

    public long SizeOf(string path) => new FileInfo(Place(path)).Length;

    /// <exception cref="BagRefusedException">It is not there.</exception>
    public Stream OpenFile(string path) => Has(path) ? Content(path) : throw new BagRefusedException("refused.missing", path);

    static Dictionary<Hash, string> ByDigest(SortedDictionary<string, Hash> listed)
    {
        var paths = new Dictionary<Hash, string>();
        foreach (var (path, digest) in listed) paths.TryAdd(digest, path);
        return paths;
    }

    void ReadAll(string path, Action<ReadOnlySpan<byte>> take, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 20);
        try
        {
            using var content = Content(path);
            for (int count; (count = content.Read(buffer)) > 0;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                take(buffer.AsSpan(0, count));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    Stream Content(string path) =>
        new FileInfo(Place(path)).Length == 0 ? Stream.Null : new FileStream(Place(path), FileMode.Open, FileAccess.Read, FileShare.Read, 1);

    void ReadManifest(string manifest, Func<string, bool> belongs)
    {
        var text = Read(manifest, MaximumManifestBytes);
        if (!Ascii.IsValid(text) || text is not [.., (byte)'\n']) throw new BagRefusedException("refused.manifest", manifest, 0);
        var number = 0;
        foreach (var range in text.AsSpan(0, text.Length - 1).Split((byte)'\n'))
        {
            number++;
            var line = text.AsSpan(range);
            if (line.Length is <= LineHead or > 1024 || !line[(2 * Hash.Length)..LineHead].SequenceEqual("  "u8)) throw new BagRefusedException("refused.manifest", manifest, number);
            var hex = Encoding.ASCII.GetString(line[..(2 * Hash.Length)]);
            var path = Encoding.ASCII.GetString(line[LineHead..]);
            if (!Hash.TryParse(hex, out var digest) || hex.Any(char.IsAsciiLetterUpper) || !BagPath.IsSafe(path) || !belongs(path) || !_listed.TryAdd(path, digest))
            {
                throw new BagRefusedException("refused.manifest", manifest, number);
            }
        }
    }

    static void Collect(DirectoryInfo directory, string prefix, int depth, SortedSet<string> files)
    {
        if (depth > MaximumDepth) throw new BagRefusedException("refused.deep", prefix);
        var isEmpty = true;
        foreach (var found in directory.EnumerateFileSystemInfos())
        {
            isEmpty = false;
            var path = prefix + found.Name;
            if (found.LinkTarget is not null || found.Attributes.HasFlag(FileAttributes.ReparsePoint)) throw new BagRefusedException("refused.link", path);
            if (!BagPath.IsSafe(path)) throw new BagRefusedException("refused.name", path);
            if (found is DirectoryInfo below) Collect(below, $"{path}/", depth + 1, files);
            else if (files.Count == MaximumFiles) throw new BagRefusedException("refused.many", MaximumFiles);
            else files.Add(path);
        }

        // No manifest names a folder: its name alone would say something that nobody sealed.
        if (isEmpty && depth > 0) throw new BagRefusedException("refused.empty-folder", prefix);
    }

    string Place(string path) => Path.Combine(_root, path);
}
