using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeGateway.Storage.Files;

/// <summary>Files in folders that others can write to.</summary>
public static class SafeFile
{
    /// <summary>Opens a regular file: no link and no pipe; and only where it really lies in a folder, whatever its path says.</summary>
    /// <param name="within">The folder, which may itself be a link.</param>
    /// <exception cref="IOException">It is not there, is something else, or lies elsewhere.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static SafeFileHandle OpenForReading(string path, string within)
    {
        const int denied = 13;

        // Without waiting: the opening of a pipe that nobody writes to would never return.
        var descriptor = Libc.Open(path, Libc.ReadOnly | Libc.CloseOnExec | Libc.NonBlocking | Libc.NoFollow);
        if (descriptor < 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            throw errno == denied ? new UnauthorizedAccessException($"'{path}' may not be read.") : Libc.Error("open", path, errno);
        }

        var file = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            if (!IsSeekable(file)) throw new IOException($"'{path}' is no regular file.");
            var folder = Path.TrimEndingDirectorySeparator(Directory.ResolveLinkTarget(within, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(within));
            var real = new FileInfo($"/proc/self/fd/{descriptor}").LinkTarget;
            return real?.StartsWith(folder + "/", StringComparison.Ordinal) == true ? file : throw new IOException($"'{path}' does not lie in '{within}'.");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>False for pipes and sockets; a device node needs an administrator, and whoever reads bounds what it reads.</summary>
    static bool IsSeekable(SafeFileHandle file)
    {
        try
        {
            return RandomAccess.GetLength(file) >= 0;
        }
        catch (NotSupportedException)
        {
            return false;
        }
    }
}
