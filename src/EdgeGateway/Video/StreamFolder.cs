using EdgeGateway.Storage.Files;

namespace EdgeGateway.Video;

/// <summary>Where the segments of one stream are until they are sealed: a folder for each start of its recording, so that names never meet.</summary>
sealed class StreamFolder(string path)
{
    /// <summary>A new folder to record into.</summary>
    public string Begin(DateTimeOffset now)
    {
        var folder = Path.Combine(path, now.ToString("yyyyMMdd'T'HHmmssfff'Z'", System.Globalization.CultureInfo.InvariantCulture));
        DurableDirectory.Create(folder);
        return folder;
    }

    /// <summary>What a recording left behind, in the order in which it was recorded.</summary>
    public IReadOnlyList<string> Left() => Directory.Exists(path)
        ? [.. Directory.GetDirectories(path).Order(StringComparer.Ordinal).SelectMany(folder => Directory.GetFiles(folder, "*.ts").Order(StringComparer.Ordinal))]
        : [];

    /// <summary>Removes the folders that hold nothing any more.</summary>
    public void Clean()
    {
        if (!Directory.Exists(path)) return;
        foreach (var folder in Directory.GetDirectories(path).Where(folder => Directory.GetFileSystemEntries(folder).Length == 0)) Directory.Delete(folder);
    }
}
