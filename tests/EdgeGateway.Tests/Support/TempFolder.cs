namespace EdgeGateway.Tests.Support;

/// <summary>A folder of one test, gone with it.</summary>
sealed class TempFolder : IDisposable
{
    const string Memory = "/dev/shm";

    readonly bool _inMemory;

    /// <param name="inMemory">For tests that open thousands of files and are not about what a disk does.</param>
    public TempFolder(bool inMemory = false)
    {
        _inMemory = inMemory && Directory.Exists(Memory);
        Path = _inMemory
            ? Directory.CreateDirectory(System.IO.Path.Combine(Memory, $"edgegw-test-{Guid.NewGuid():N}")).FullName
            : Directory.CreateTempSubdirectory("edgegw-test-").FullName;
    }

    public string Path { get; }

    public string this[params string[] names] => System.IO.Path.Combine([Path, .. names]);

    public void Dispose() => Directory.Delete(Path, recursive: true);

    /// <summary>The whole folder again elsewhere, as a backup or an attacker would take it.</summary>
    public TempFolder Copy()
    {
        var copy = new TempFolder(_inMemory);
        foreach (var directory in Directory.GetDirectories(Path, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(directory.Replace(Path, copy.Path, StringComparison.Ordinal));
        }

        foreach (var file in Directory.GetFiles(Path, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, file.Replace(Path, copy.Path, StringComparison.Ordinal));
        }

        return copy;
    }
}
