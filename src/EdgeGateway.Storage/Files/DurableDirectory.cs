using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeGateway.Storage.Files;

/// <summary>
/// An open directory whose names can be made durable. Open it before the rename or creation that it is to sync: a
/// directory opened afterwards may have lost the error of the write in between. Safe for any number of threads.
/// </summary>
public sealed class DurableDirectory : IDisposable
{
    /// <summary>0750: the group reads evidence, nobody else.</summary>
    public const UnixFileMode DefaultMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;

    readonly SafeFileHandle _handle;

    DurableDirectory(string path, SafeFileHandle handle)
    {
        Path = path;
        _handle = handle;
    }

    public string Path { get; }

    /// <exception cref="IOException">It is not there, no directory, or not readable; names path and errno.</exception>
    public static DurableDirectory Open(string path)
    {
        while (true)
        {
            var descriptor = Libc.Open(path, Libc.ReadOnly | Libc.OnlyDirectory | Libc.CloseOnExec);
            if (descriptor >= 0) return new DurableDirectory(path, new SafeFileHandle(descriptor, ownsHandle: true));
            var errno = Marshal.GetLastPInvokeError();
            if (errno != Libc.Interrupted) throw Libc.Error("open", path, errno);
        }
    }

    /// <summary>The directory that holds this file or directory.</summary>
    public static DurableDirectory OpenParent(string path) => Open(ParentOf(path));

    /// <summary>fsync of a directory that was not kept open.</summary>
    public static void Sync(string path)
    {
        using var directory = Open(path);
        directory.Sync();
    }

    /// <summary>
    /// Makes the directory and the missing ones above it, each durable in its parent. Where it exists already its name
    /// is synced all the same, because whoever made it may have died before doing so.
    /// </summary>
    public static void Create(string path, UnixFileMode mode = DefaultMode)
    {
        var full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        var parentPath = ParentOf(full);
        if (!Directory.Exists(parentPath)) Create(parentPath, mode);
        using var parent = Open(parentPath);
        try
        {
            Directory.CreateDirectory(full, mode);
        }
        catch (IOException e) when (StorageFullException.IsFull(e))
        {
            throw new StorageFullException(full, e);
        }

        parent.Sync();
    }

    /// <summary>fsync: every name made, changed or removed in it before this call is durable when it returns.</summary>
    /// <exception cref="IOException">Names path and errno. Never repeat a failed sync.</exception>
    public void Sync()
    {
        if (Libc.Fsync(_handle) != 0) throw Libc.SyncError("fsync", Path, Marshal.GetLastPInvokeError());
    }

    /// <summary>
    /// syncfs: everything written to its file system before this call is durable when it returns, many files at the price of few. Linux
    /// reports a write-back that failed since the directory was opened.
    /// </summary>
    /// <exception cref="IOException">Names path and errno. Never repeat a failed sync.</exception>
    public void SyncFileSystem()
    {
        if (Libc.SyncFileSystem(_handle) != 0) throw Libc.SyncError("syncfs", Path, Marshal.GetLastPInvokeError());
    }

    public void Dispose() => _handle.Dispose();

    static string ParentOf(string path) =>
        System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)) ?? System.IO.Path.GetFullPath(path);
}
