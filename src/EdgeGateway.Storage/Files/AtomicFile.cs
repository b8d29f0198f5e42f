namespace EdgeGateway.Storage.Files;

/// <summary>Small files that are always whole: the old content or the new, also after a power cut.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Replaces the file, or makes it, and returns once content and name are durable. An exception before the rename
    /// leaves the old content and no temporary file; one from the last sync leaves it open which of both a power cut
    /// would keep. One writer per path.
    /// </summary>
    /// <param name="unixMode">Exactly this mode, whatever the umask.</param>
    /// <exception cref="StorageFullException">There is no room; the old content stands.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, UnixFileMode unixMode)
    {
        using var directory = DurableDirectory.OpenParent(path);
        var temporary = TemporaryName(path);
        try
        {
            using (var file = DurableFile.Create(temporary, unixMode))
            {
                DurableFile.Write(file, content, 0);
                DurableFile.Sync(file);
            }

            DurableFile.Rename(temporary, path);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        directory.Sync();
    }

    /// <summary>
    /// Removes what a write that was cut off (power, kill) left in a directory. Only while nothing writes there.
    /// </summary>
    /// <returns>How many files were removed.</returns>
    public static int RemoveLeftovers(string directory)
    {
        var leftovers = Directory.GetFiles(directory, ".*.tmp");
        foreach (var leftover in leftovers) File.Delete(leftover);
        return leftovers.Length;
    }

    // A random name, so that a leftover of a crash never stands in the way of the next write.
    static string TemporaryName(string path) =>
        Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
}
