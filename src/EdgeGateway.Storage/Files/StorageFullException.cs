namespace EdgeGateway.Storage.Files;

/// <summary>
/// The disk or the quota is full: nothing of what was asked was kept, and it may succeed once there is room again.
/// </summary>
public sealed class StorageFullException : IOException
{
    public StorageFullException(string path, Exception? inner = null)
        : base($"There is no room on the disk for '{path}'. Free some space; writing resumes by itself.", inner) =>
        HResult = Libc.NoSpace;

    /// <summary>Whether .NET's exception says ENOSPC or EDQUOT, which it only tells by the errno in HResult.</summary>
    public static bool IsFull(IOException exception) =>
        exception is StorageFullException || exception.HResult is Libc.NoSpace or Libc.QuotaExceeded;
}
