using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeGateway.Storage.Files;

/// <summary>
/// The system calls that .NET does not offer: a directory's fsync, fdatasync, link(2), and fsync without .NET's list of
/// errors to overlook.
/// </summary>
static partial class Libc
{
    public const int Interrupted = 4;
    public const int Exists = 17;
    public const int NoSpace = 28;
    public const int QuotaExceeded = 122;

    public const int WillNeed = 3;
    public const int DontNeed = 4;

    public const int ReadOnly = 0;
    public const int ReadWrite = 2;
    public const int CreateNew = 0x40 | 0x80;
    public const int CloseOnExec = 0x80000;
    public const int NonBlocking = 0x800;

    /// <summary>O_DIRECTORY, which Linux numbers by processor family.</summary>
    public static int OnlyDirectory => IsArm ? 0x4000 : 0x10000;

    /// <summary>O_NOFOLLOW, which Linux numbers by processor family.</summary>
    public static int NoFollow => IsArm ? 0x8000 : 0x20000;

    static bool IsArm => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm or Architecture.Armv6;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags, int mode = 0);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int Fsync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    public static partial int SyncFileSystem(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    public static partial int Fdatasync(SafeFileHandle file);

    /// <summary>Returns the error number itself and leaves errno alone.</summary>
    [LibraryImport("libc", EntryPoint = "posix_fallocate64")]
    public static partial int PosixFallocate(SafeFileHandle file, long offset, long length);

    [LibraryImport("libc", EntryPoint = "posix_fadvise64")]
    public static partial int PosixFadvise(SafeFileHandle file, long offset, long length, int advice);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Rename(string from, string to);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Link(string from, string to);

    /// <summary>
    /// What a failed call becomes: names the call, the path and the errno, carries errno as HResult as .NET's own do, and
    /// is a <see cref="StorageFullException"/> where the disk or quota is full.
    /// </summary>
    public static IOException Error(string call, string path, int errno) =>
        errno is NoSpace or QuotaExceeded ? new StorageFullException(path) : Failure(call, path, errno);

    /// <summary>
    /// The same for a sync, which is never a <see cref="StorageFullException"/>: that one says to try again once there is
    /// room, and a failed sync must not be repeated whatever its reason.
    /// </summary>
    public static IOException SyncError(string call, string path, int errno) => Failure(call, path, errno);

    static IOException Failure(string call, string path, int errno) =>
        new($"{call} of '{path}' failed: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno}).", errno);
}
