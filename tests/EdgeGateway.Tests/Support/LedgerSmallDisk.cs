using System.Diagnostics;
using EdgeGateway.Storage.Files;

namespace EdgeGateway.Tests.Support;

/// <summary>A disk of a few megabytes that can be filled to the last page: a file system in memory, which only root may mount.</summary>
sealed class LedgerSmallDisk : IDisposable
{
    const int PageBytes = 4096;

    readonly TempFolder _folder = new();

    public LedgerSmallDisk(int megabytes)
    {
        Directory.CreateDirectory(Path);
        Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", Path);
    }

    public string Path => _folder["disk"];

    string Ballast => System.IO.Path.Combine(Path, "ballast");

    /// <summary>Fills the disk but for so many pages.</summary>
    public void Fill(int pagesLeft = 0)
    {
        Free();
        using var file = File.OpenHandle(Ballast, FileMode.Create, FileAccess.Write);
        var page = new byte[PageBytes];
        long length = 0;
        try
        {
            for (; ; length += PageBytes) DurableFile.Write(file, page, length);
        }
        catch (StorageFullException)
        {
            RandomAccess.SetLength(file, Math.Max(0, length - (long)pagesLeft * PageBytes));
        }
    }

    public void Free() => File.Delete(Ballast);

    public void Dispose()
    {
        Run("umount", "--lazy", Path);
        _folder.Dispose();
    }

    static void Run(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"'{command}' failed: {error.Trim()} Run the tests as root, or within 'unshare -Urm'.");
    }
}
