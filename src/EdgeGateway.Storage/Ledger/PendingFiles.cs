using System.Runtime.InteropServices;
using EdgeGateway.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace EdgeGateway.Storage.Ledger;

/// <summary>
/// Files written but not yet synced. Until the state says so nobody relies on them: after a crash they are written again
/// from the log. Syncing them together costs a fraction of one by one, because the first sync commits what the others
/// wait for. Used by the integrator alone.
/// </summary>
sealed partial class PendingFiles : IDisposable
{
    const uint StartWriting = 2;
    const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    readonly List<SafeFileHandle> _files = [];
    readonly Dictionary<string, DurableDirectory> _directories = [];

    /// <summary>How many files wait, each with an open descriptor: only the one that wrote learns of a failed write-back.</summary>
    public int Count => _files.Count;

    /// <param name="path">A file that nobody relies on; one that is there is what a crash left.</param>
    /// <exception cref="StorageFullException">Nothing of it counts; it may be written again.</exception>
    public void Write(string path, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> more = default)
    {
        var parent = Path.GetDirectoryName(path)!;
        if (!_directories.ContainsKey(parent))
        {
            DurableDirectory.Create(parent);
            _directories.Add(parent, DurableDirectory.Open(parent));
        }

        var file = Create(path);
        try
        {
            DurableFile.Write(file, bytes, 0);
            if (!more.IsEmpty) DurableFile.Write(file, more, bytes.Length);
        }
        catch
        {
            // A full disk lets it be tried every second: descriptors and half files must not add up.
            file.Dispose();
            File.Delete(path);
            throw;
        }

        _files.Add(file);

        // Only a hint: the sync that counts comes later, so its answer does not matter.
        _ = SyncFileRange(file, 0, 0, StartWriting);
    }

    /// <summary>Returns once every file written before, and its name, is durable.</summary>
    /// <exception cref="IOException">What the disk holds is not known any more: never repeat it.</exception>
    public void Sync()
    {
        foreach (var file in _files) DurableFile.Sync(file);
        foreach (var directory in _directories.Values) directory.Sync();
        Clear();
    }

    public void Dispose() => Clear();

    static SafeFileHandle Create(string path)
    {
        try
        {
            return DurableFile.Create(path, Mode);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Only a crash leaves one there: not worth a system call for every file to be written.
            File.Delete(path);
            return DurableFile.Create(path, Mode);
        }
    }

    void Clear()
    {
        _files.ForEach(file => file.Dispose());
        _files.Clear();
        foreach (var directory in _directories.Values) directory.Dispose();
        _directories.Clear();
    }

    [LibraryImport("libc", EntryPoint = "sync_file_range")]
    private static partial int SyncFileRange(SafeFileHandle file, long offset, long length, uint flags);
}
