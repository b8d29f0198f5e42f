using System.Diagnostics;
using System.Security.Cryptography;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Files;

namespace EdgeGateway.Storage.Objects;

/// <summary>
/// Media and attachments by their SHA-256, under <c>sha256/ab/cd/&lt;hex&gt;</c>: written once, never changed, mode 0640.
/// What a put reports as durable survives a power cut. Safe for any number of threads of one process; the data
/// directory's lock keeps other processes out.
/// </summary>
public sealed class ObjectStore
{
    const string Incoming = "incoming";

    /// <summary>Files that no longer had the digest they were named by, kept for examination.</summary>
    const string Damaged = "damaged";

    readonly string _root;

    // Which of the 65,536 folders are known to be durable in their parents. Setting one twice does no harm.
    readonly bool[] _durableFolders = new bool[65536];

    /// <summary>How long an object that was put counts as about to be named by an entry; sealing takes seconds.</summary>
    static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    const int MostRemembered = 4096;

    readonly Lock _lock = new();
    readonly Dictionary<Hash, long> _putAt = [];

    ObjectStore(string root, bool withSm3)
    {
        _root = root;
        WithSm3 = withSm3;
    }

    /// <summary>Whether SM3 is computed beside SHA-256 over the same bytes. Names and folders are SHA-256 all the same.</summary>
    public bool WithSm3 { get; }

    /// <summary>Makes the folders where they are missing and removes what a crash left unfinished.</summary>
    public static ObjectStore Open(string root, bool withSm3 = false)
    {
        root = Path.GetFullPath(root);
        DurableDirectory.Create(Path.Combine(root, "sha256"));
        DurableDirectory.Create(Path.Combine(root, Incoming));
        foreach (var leftover in Directory.GetFiles(Path.Combine(root, Incoming))) File.Delete(leftover);
        return new ObjectStore(root, withSm3);
    }

    /// <summary>Where an object lies, or would.</summary>
    public string PathOf(Hash digest) => PathIn(_root, digest);

    /// <summary>Where an object lies below a folder that holds some.</summary>
    public static string PathIn(string root, Hash digest)
    {
        var hex = digest.ToString();
        return Path.Combine(root, "sha256", hex[..2], hex[2..4], hex);
    }

    /// <summary>Reads the stream to its end, once, and keeps it under its digest.</summary>
    /// <param name="maximumBytes">More than this is <see cref="PutStatus.TooLarge"/>.</param>
    /// <param name="announced">The digest that the content must have, where one was announced.</param>
    /// <param name="isUnchanged">Asked when all is read: false, and nothing is kept.</param>
    /// <exception cref="StorageFullException">There is no room; nothing was kept.</exception>
    /// <exception cref="ObjectDamagedException">An object of this digest is there with another size.</exception>
    public async Task<PutResult> PutAsync(
        Stream content, long maximumBytes, Hash? announced, CancellationToken cancellationToken, Func<bool>? isUnchanged = null)
    {
        using var incoming = Begin(WithSm3);
        if (!await incoming.WriteAsync(content, maximumBytes, cancellationToken)) return new PutResult(PutStatus.TooLarge, default, incoming.Size);
        return isUnchanged?.Invoke() == false ? new PutResult(PutStatus.Changed, default, incoming.Size) : Keep(incoming, announced);
    }

    /// <summary>The same for content in memory, without SM3: whoever has it can hash it on another processor meanwhile.</summary>
    /// <inheritdoc cref="PutAsync"/>
    public PutResult Put(ReadOnlySpan<byte> content)
    {
        using var incoming = Begin(withSm3: false);
        incoming.Write(content);
        return Keep(incoming, announced: null);
    }

    /// <summary>
    /// Keeps a file of this file system that has come already, without copying it: it gets its name in the store beside the one that it has.
    /// Nobody may write to it any more.
    /// </summary>
    /// <param name="digest">Of its content, read from the file.</param>
    /// <param name="sync">Makes content and metadata of the file durable.</param>
    /// <inheritdoc cref="PutAsync"/>
    public PutResult Adopt(string path, in Hash digest, long size, Action sync) => Keep(path, digest, size, sync);

    public bool Exists(Hash digest) => File.Exists(PathOf(digest));

    /// <exception cref="FileNotFoundException">There is no such object (or it was erased).</exception>
    public FileStream OpenRead(Hash digest)
    {
        try
        {
            return new FileStream(PathOf(digest), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        }
        catch (DirectoryNotFoundException e)
        {
            throw new FileNotFoundException(e.Message, PathOf(digest), e);
        }
    }

    /// <summary>Reads the object again and compares its digest with its name.</summary>
    public async Task<ObjectCondition> VerifyAsync(Hash digest, CancellationToken cancellationToken)
    {
        if (!Exists(digest)) return ObjectCondition.Missing;
        await using var content = OpenRead(digest);
        var actual = await SHA256.HashDataAsync(content, cancellationToken);
        return new Hash(actual) == digest ? ObjectCondition.Intact : ObjectCondition.Damaged;
    }

    /// <summary>Deletes an object that no entry needs any more; durable on return. One that is not there is gone already.</summary>
    /// <returns>False if it was put in the last ten minutes: an entry that names it may be on its way. Try again later.</returns>
    public bool Remove(Hash digest)
    {
        var path = PathOf(digest);
        lock (_lock)
        {
            if (_putAt.TryGetValue(digest, out var at) && Stopwatch.GetElapsedTime(at) < Fresh) return false;
            if (!Directory.Exists(Path.GetDirectoryName(path))) return true;
            using var folder = DurableDirectory.OpenParent(path);
            File.Delete(path);

            // Also where it was gone: whoever deleted it may have died before that was durable.
            folder.Sync();
            return true;
        }
    }

    // Before it is looked for: then either it is not deleted, or it is seen to be gone.
    void NotePut(in Hash digest)
    {
        lock (_lock)
        {
            _putAt[digest] = Stopwatch.GetTimestamp();
            if (_putAt.Count < MostRemembered) return;
            foreach (var (old, at) in _putAt)
            {
                if (Stopwatch.GetElapsedTime(at) >= Fresh) _putAt.Remove(old);
            }
        }
    }

    static Hash DigestOf(string path)
    {
        using var file = File.OpenRead(path);
        return new Hash(SHA256.HashData(file));
    }

    IncomingObject Begin(bool withSm3) => IncomingObject.Create(Path.Combine(_root, Incoming, Guid.NewGuid().ToString("N")), withSm3);

    PutResult Keep(IncomingObject incoming, Hash? announced)
    {
        var digest = incoming.Digest();
        if (announced is { } expected && expected != digest)
            return new PutResult(PutStatus.OtherDigest, digest, incoming.Size);

        return Keep(incoming.Path, digest, incoming.Size, incoming.Sync) with { Sm3 = incoming.Sm3Digest() };
    }

    PutResult Keep(string path, in Hash digest, long length, Action sync)
    {
        NotePut(digest);
        var target = PathOf(digest);
        MakeFolder(Path.GetDirectoryName(target)!, digest);
        using var folder = DurableDirectory.OpenParent(target);
        var status = PutStatus.AlreadyThere;
        if (!File.Exists(target))
        {
            sync();
            if (DurableFile.TryLink(path, target)) status = PutStatus.Stored;
        }

        if (status == PutStatus.AlreadyThere && new FileInfo(target).Length is var size && size != length)
            throw new ObjectDamagedException(target, size, length);

        // Whoever sent it again may let go of the last good copy, so what is there is read before it counts.
        if (status == PutStatus.AlreadyThere && DigestOf(target) != digest)
        {
            Directory.CreateDirectory(Path.Combine(_root, Damaged));
            DurableFile.Rename(target, Path.Combine(_root, Damaged, $"{digest}-{Guid.NewGuid():N}"));
            sync();
            status = DurableFile.TryLink(path, target) ? PutStatus.Stored : throw new IOException($"'{target}' came back while it was replaced.");
        }

        // Also where it was there: whoever linked it may have died before its name was durable.
        folder.Sync();
        return new PutResult(status, digest, length);
    }

    void MakeFolder(string path, Hash digest)
    {
        Span<byte> bytes = stackalloc byte[Hash.Length];
        digest.CopyTo(bytes);
        ref var durable = ref _durableFolders[(bytes[0] << 8) | bytes[1]];
        if (durable) return;
        DurableDirectory.Create(path);
        DurableDirectory.Sync(Path.GetDirectoryName(Path.GetDirectoryName(path))!);
        durable = true;
    }
}
