using System.IO.Enumeration;
using EdgeGateway.Evidence;
using EdgeGateway.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace EdgeGateway.Docks;

/// <summary>What lies in a dock's folder. Nothing there is ever changed, and nothing is followed out of it.</summary>
sealed class DockFolder(string path)
{
    const int MaximumDepth = 16;

    /// <summary>A longer path can't be opened, and a name with other characters is no name for a person.</summary>
    const int MaximumPathCharacters = 1024;

    public string Path => path;

    /// <param name="maximumFiles">Of more, just as many are told.</param>
    /// <exception cref="IOException">The folder is not there, or can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The gateway may not read it.</exception>
    public DockScan Scan(int maximumFiles)
    {
        using var look = new Looking(path);
        var files = new List<DockFile>();
        while (files.Count <= maximumFiles && look.MoveNext()) files.Add(look.Current);
        var drive = new DriveInfo(path);
        return new DockScan(
            [.. files.Take(maximumFiles).Where(file => IsName(file.Path)).OrderBy(file => file.Path, StringComparer.Ordinal)],
            files.Count(file => !IsName(file.Path)), look.Closed, files.Count > maximumFiles, drive.AvailableFreeSpace, drive.TotalSize);
    }

    /// <exception cref="IOException">It is gone, is no regular file, or lies elsewhere.</exception>
    /// <exception cref="UnauthorizedAccessException">The gateway may not read it.</exception>
    public FileStream Open(DockFile file)
    {
        // Whoever can write into the folder could put a link in the file's place between the look and the opening.
        var handle = SafeFile.OpenForReading(System.IO.Path.Combine(path, file.Path), within: path);
        return new FileStream(handle, FileAccess.Read, bufferSize: 0);
    }

    /// <summary>Whether an open file is still as it was listed: whoever writes to it while it is read shows here.</summary>
    public static bool IsUnchanged(SafeFileHandle handle, DockFile file) =>
        RandomAccess.GetLength(handle) == file.Size && new DateTimeOffset(File.GetLastWriteTimeUtc(handle)) == file.ModifiedAt;

    static bool IsName(string name) => name.Length <= MaximumPathCharacters && DisplayText.Of(name, MaximumPathCharacters) == name;

    static readonly EnumerationOptions Options = new()
    {
        RecurseSubdirectories = true,
        MaxRecursionDepth = MaximumDepth,
        AttributesToSkip = FileAttributes.ReparsePoint,
        IgnoreInaccessible = false,
        MatchType = MatchType.Simple,
    };

    /// <summary>Goes on behind a folder that the gateway may not enter, as each stick of ext4 has one (<c>lost+found</c>), and counts it.</summary>
    sealed class Looking(string path) : FileSystemEnumerator<DockFile>(path, Options)
    {
        const int Denied = 13;
        readonly string _path = path;

        public int Closed { get; private set; }

        protected override bool ShouldIncludeEntry(ref FileSystemEntry entry) => !entry.IsDirectory;

        protected override bool ShouldRecurseIntoEntry(ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint);

        protected override DockFile TransformEntry(ref FileSystemEntry entry) =>
            new(System.IO.Path.GetRelativePath(_path, entry.ToFullPath()), entry.Length, entry.LastWriteTimeUtc);

        protected override bool ContinueOnError(int error)
        {
            if (error != Denied) return false;
            Closed++;
            return true;
        }
    }
}

/// <param name="Path">Below the folder.</param>
readonly record struct DockFile(string Path, long Size, DateTimeOffset ModifiedAt);

/// <param name="Files">In the order of their paths.</param>
/// <param name="Unnamed">How many files have a name that can't be shown (control characters, no UTF-8) or is too long; they are not picked up.</param>
/// <param name="Closed">How many folders the gateway may not enter.</param>
/// <param name="IsCut">There are more files than were told.</param>
sealed record DockScan(IReadOnlyList<DockFile> Files, int Unnamed, int Closed, bool IsCut, long FreeBytes, long TotalBytes);
