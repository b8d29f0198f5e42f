namespace EdgeGateway.Benchmarks.Targets;

/// <summary>A folder that goes with its owner.</summary>
sealed class TemporaryFolder(DirectoryInfo folder) : IAsyncDisposable
{
    public string Path => folder.FullName;

    /// <param name="parent">Which disk to measure on; null for the system's folder of temporary files.</param>
    public static TemporaryFolder Create(string? parent) => new(parent is null
        ? Directory.CreateTempSubdirectory("edgegw-bench-")
        : Directory.CreateDirectory(System.IO.Path.Combine(parent, $"edgegw-bench-{Guid.NewGuid():N}")));

    public ValueTask DisposeAsync()
    {
        folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
