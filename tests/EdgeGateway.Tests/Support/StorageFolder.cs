namespace EdgeGateway.Tests.Support;

/// <summary>A temporary folder that goes away with the test.</summary>
sealed class StorageFolder : IDisposable
{
    public StorageFolder() => Path = Directory.CreateTempSubdirectory("edgegw-storage-").FullName;

    public string Path { get; }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
