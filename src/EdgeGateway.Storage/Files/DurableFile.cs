using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeGateway.Storage.Files;

/// <summary>
/// What makes a file's content durable. A failed sync is thrown and must never be repeated: Linux reports a lost page
/// once, and a second call would say that all is well.
/// </summary>
public static class DurableFile
{
    /// <summary>
    /// Makes a new file for writing with exactly this mode, whatever the umask. Its name is durable only after
    /// <see cref="DurableDirectory.Sync()"/> of its directory.
    /// </summary>
    /// <exception cref="IOException">It exists, or could not be made.</exception>
    public static SafeFileHandle Create(string path, UnixFileMode mode)
    {
        // The owner's alone from the first moment: a key must not be open to all until its mode is set.
        var descriptor = Libc.Open(
            path, Libc.ReadWrite | Libc.CreateNew | Libc.CloseOnExec, (int)(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        if (descriptor < 0) throw Libc.Error("creation", path, Marshal.GetLastPInvokeError());
        var file = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            File.SetUnixFileMode(file, mode);
            return file;
        }
        catch
        {
            file.Dispose();
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Writes all of it at the offset; not durable before a sync.</summary>
    /// <exception cref="StorageFullException">There is no room; part of it may have been written.</exception>
    public static void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            RandomAccess.Write(file, bytes, offset);
        }
        catch (IOException e) when (StorageFullException.IsFull(e))
        {
            throw new StorageFullException(NameOf(file), e);
        }
        catch (IOException e)
        {
            // .NET's own says only what is wrong, and not with which file.
            throw new IOException($"write of '{NameOf(file)}' failed: {e.Message}", e) { HResult = e.HResult };
        }
    }

    /// <summary>fsync: content and all metadata.</summary>
    public static void Sync(SafeFileHandle file)
    {
        if (Libc.Fsync(file) != 0) throw SyncError("fsync", file, Marshal.GetLastPInvokeError());
    }

    /// <summary>fdatasync: content and the length, but not times; the cheaper one for a preallocated file.</summary>
    public static void DataSync(SafeFileHandle file)
    {
        if (Libc.Fdatasync(file) != 0) throw SyncError("fdatasync", file, Marshal.GetLastPInvokeError());
    }

    /// <summary>
    /// Gives the file blocks for its first <paramref name="length"/> bytes (they read as zeros) and that length at least,
    /// so that later writes there find room and change no length.
    /// </summary>
    /// <exception cref="StorageFullException">There is no room for them.</exception>
    public static void Preallocate(SafeFileHandle file, long length)
    {
        int errno;
        do
        {
            errno = Libc.PosixFallocate(file, 0, length);
        }
        while (errno == Libc.Interrupted);

        if (errno != 0) throw Error("posix_fallocate", file, errno);
    }

    /// <summary>Has the kernel drop what it keeps of a file in memory, so that the next reader reads the disk. Only a hint.</summary>
    public static void Forget(SafeFileHandle file) => _ = Libc.PosixFadvise(file, 0, 0, Libc.DontNeed);

    /// <summary>The same, and has it begin to read the disk for that reader.</summary>
    public static void ReadAgain(SafeFileHandle file)
    {
        Forget(file);
        _ = Libc.PosixFadvise(file, 0, 0, Libc.WillNeed);
    }

    /// <summary>Renames within a file system, replacing what was there. Durable after a sync of the directory.</summary>
    public static void Rename(string from, string to)
    {
        if (Libc.Rename(from, to) != 0) throw Libc.Error($"rename from '{from}'", to, Marshal.GetLastPInvokeError());
    }

    /// <summary>
    /// Gives an existing file a second name unless that name is taken; with <see cref="File.Delete"/> of the first a
    /// rename that never replaces. Durable after a sync of the directory.
    /// </summary>
    /// <returns>False if <paramref name="to"/> exists.</returns>
    public static bool TryLink(string from, string to)
    {
        if (Libc.Link(from, to) == 0) return true;
        var errno = Marshal.GetLastPInvokeError();
        return errno == Libc.Exists ? false : throw Libc.Error($"link from '{from}'", to, errno);
    }

    // Takes errno as a value: looking up the name overwrites it.
    static IOException Error(string call, SafeFileHandle file, int errno) => Libc.Error(call, NameOf(file), errno);

    static IOException SyncError(string call, SafeFileHandle file, int errno) => Libc.SyncError(call, NameOf(file), errno);

    // Only for messages: SafeFileHandle keeps its path to itself, the kernel does not.
    static string NameOf(SafeFileHandle file)
    {
        var descriptor = $"/proc/self/fd/{file.DangerousGetHandle()}";
        return new FileInfo(descriptor).LinkTarget ?? descriptor;
    }
}
