using System.Security.Cryptography;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Files;

namespace EdgeGateway.Backup;

/// <summary>
/// Writes a copy's files, 0600 in folders of 0700. Whole or not at all under their names, but durable only after
/// <see cref="Sync"/>, one for all. One thread.
/// </summary>
/// <param name="isSuspect">Whether an earlier run was cut off, so that a file of the right length may still hold something else.</param>
sealed class BackupFiles(string root, bool isSuspect)
{
    public const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    public const UnixFileMode FolderMode = Mode | UnixFileMode.UserExecute;

    const int BufferBytes = 1 << 20;
    const string Unfinished = ".new";

    // Of what was there, one that failed since is reported by the sync at the end.
    readonly DurableDirectory _root = DurableDirectory.Open(root);

    public long Copied { get; private set; }

    public bool IsSuspect => isSuspect;

    public void Write(string path, ReadOnlySpan<byte> bytes)
    {
        if (File.Exists(path) && bytes.SequenceEqual(File.ReadAllBytes(path))) return;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!, FolderMode);
        File.Delete(path + Unfinished);
        using (var file = DurableFile.Create(path + Unfinished, Mode)) DurableFile.Write(file, bytes, 0);
        DurableFile.Rename(path + Unfinished, path);
        Copied++;
    }

    /// <summary>Copies what must have a certain SHA-256.</summary>
    /// <returns>False where it has another; nothing is kept then.</returns>
    public bool CopyObject(string from, string to, Hash digest)
    {
        using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        if (File.Exists(to) && new FileInfo(to).Length == source.Length && (!isSuspect || DigestOf(to) == digest)) return true;
        Directory.CreateDirectory(Path.GetDirectoryName(to)!, FolderMode);
        File.Delete(to + Unfinished);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using (var file = DurableFile.Create(to + Unfinished, Mode))
        {
            var buffer = new byte[BufferBytes];
            long offset = 0;
            for (int read; (read = source.Read(buffer)) > 0; offset += read)
            {
                hash.AppendData(buffer.AsSpan(0, read));
                DurableFile.Write(file, buffer.AsSpan(0, read), offset);
            }
        }

        if (new Hash(hash.GetHashAndReset()) != digest)
        {
            File.Delete(to + Unfinished);
            return false;
        }

        DurableFile.Rename(to + Unfinished, to);
        Copied++;
        return true;
    }

    public static Hash DigestOf(string path)
    {
        using var file = File.OpenRead(path);
        return new Hash(SHA256.HashData(file));
    }

    /// <summary>Everything written so far is durable when it returns.</summary>
    public void Sync()
    {
        _root.SyncFileSystem();
        _root.Dispose();
    }
}
