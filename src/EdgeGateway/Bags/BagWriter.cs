using System.Security.Cryptography;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Files;

namespace EdgeGateway.Bags;

/// <summary>
/// Writes a BagIt bag (RFC 8493) beside its place, every file synced, and gives it its name once it is whole. Disposing
/// removes what was not published. A rehearsal writes nothing and only counts. One thread at a time.
/// </summary>
sealed class BagWriter : BagTarget, IDisposable
{
    const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
    const int BufferBytes = 1 << 20;

    readonly SortedSet<string> _folders = new(StringComparer.Ordinal);
    readonly string _target;
    readonly string? _temporary;
    bool _published;

    BagWriter(string target, string? temporary)
    {
        _target = target;
        _temporary = temporary;
    }

    public bool IsRehearsal => _temporary is null;

    /// <exception cref="GatewayException">The target is there and is no empty folder.</exception>
    public static BagWriter Create(string target, bool rehearsal)
    {
        target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(target));
        if (File.Exists(target) || Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any())
        {
            throw new GatewayException($"'{target}' is there already and is not an empty folder: an export goes into a new one. Give another name with --out.", exitCode: 2);
        }

        if (rehearsal) return new BagWriter(target, null);
        var temporary = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp");
        var writer = new BagWriter(target, temporary);
        try
        {
            DurableDirectory.Create(temporary);
            return writer;
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    public override void Add(string path, ReadOnlySpan<byte> content)
    {
        ClaimPlace(path);
        if (_temporary is not null)
        {
            using var file = DurableFile.Create(Place(path), Mode);
            DurableFile.Write(file, content, 0);
            DurableFile.Sync(file);
        }

        Take(path, new BagFile(content.Length, new Hash(SHA256.HashData(content)), null));
    }

    /// <summary>Takes a stream of any length through a buffer, with SHA-256 here and SM3 on another core in the same pass.</summary>
    public override async Task<BagFile> AddAsync(string path, Stream content, Action<long> progress, CancellationToken cancellationToken)
    {
        ClaimPlace(path);
        if (_temporary is null) return Take(path, new BagFile(content.Length, default, null));
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = DurableFile.Create(Place(path), Mode);
        var sm3 = new Sm3();
        var buffer = new byte[BufferBytes];
        var size = 0L;
        for (int count; (count = await content.ReadAtLeastAsync(buffer, BufferBytes, throwOnEndOfStream: false, cancellationToken)) > 0; size += count)
        {
            var beside = Task.Run(() => sm3.Append(buffer.AsSpan(0, count)), CancellationToken.None);
            sha256.AppendData(buffer, 0, count);
            DurableFile.Write(file, buffer.AsSpan(0, count), size);
            await beside;
            progress(size + count);
        }

        DurableFile.Sync(file);
        return Take(path, new BagFile(size, new Hash(sha256.GetHashAndReset()), sm3.Digest()));
    }

    /// <summary>Writes the declaration and both manifests: nothing can be added afterwards.</summary>
    /// <returns>SHA-256 of the tag manifest, which fixes every byte of the bag.</returns>
    public Hash Close()
    {
        Add(BagPath.Declaration, BagPath.DeclarationText);
        Add(BagPath.Manifest, Lines(BagPath.IsPayload));
        Add(BagPath.TagManifest, Lines(path => !BagPath.IsPayload(path)));
        if (_temporary is not null)
        {
            foreach (var folder in _folders) DurableDirectory.Sync(Path.Combine(_temporary, folder));
        }

        return Files[BagPath.TagManifest].Sha256;
    }

    /// <summary>Gives the bag its name; durable when this returns.</summary>
    public void Publish()
    {
        using var parent = DurableDirectory.OpenParent(_target);
        DurableFile.Rename(_temporary!, _target);
        _published = true;
        parent.Sync();
    }

    public void Dispose()
    {
        if (!_published && Directory.Exists(_temporary)) Directory.Delete(_temporary, recursive: true);
    }

    string Lines(Func<string, bool> wanted) =>
        string.Concat(Files.Where(file => wanted(file.Key)).Select(file => $"{file.Value.Sha256}  {file.Key}\n"));

    void ClaimPlace(string path)
    {
        Claim(path);
        var folder = Path.GetDirectoryName(path)!;
        if (!_folders.Add(folder) || _temporary is null) return;
        Directory.CreateDirectory(Path.Combine(_temporary, folder), DurableDirectory.DefaultMode);
        for (var above = folder; above.Length > 0; above = Path.GetDirectoryName(above)!) _folders.Add(above);
        _folders.Add("");
    }

    string Place(string path) => Path.Combine(_temporary!, path);
}
