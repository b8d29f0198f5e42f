using EdgeGateway.Storage.Files;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Storage.Files;

public sealed class DurableDirectoryTests : IDisposable
{
    readonly StorageFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_missing_directory_is_an_error_with_its_path_and_errno()
    {
        var missing = _folder.File("missing");

        var exception = Assert.Throws<IOException>(() => DurableDirectory.Sync(missing));

        Assert.Contains(missing, exception.Message, StringComparison.Ordinal);
        Assert.Contains("errno 2", exception.Message, StringComparison.Ordinal);
        Assert.Equal(2, exception.HResult);
    }

    [Fact]
    public void A_file_is_no_directory()
    {
        var file = _folder.File("file");
        File.WriteAllText(file, "");

        var exception = Assert.Throws<IOException>(() => DurableDirectory.Open(file));

        Assert.Contains("errno 20", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_open_directory_syncs_again_and_again()
    {
        using var directory = DurableDirectory.Open(_folder.Path);
        File.WriteAllText(_folder.File("one"), "1");
        directory.Sync();
        File.Delete(_folder.File("one"));
        directory.Sync();
    }

    [Fact]
    public void Nested_directories_are_made_with_the_mode_and_may_exist_already()
    {
        var nested = _folder.File("a/b/c");

        DurableDirectory.Create(nested);
        DurableDirectory.Create(nested + "/");

        Assert.True(Directory.Exists(nested));
        Assert.Equal(DurableDirectory.DefaultMode, File.GetUnixFileMode(_folder.File("a/b")));
    }

    [Fact]
    public void A_directory_under_a_file_is_an_error()
    {
        File.WriteAllText(_folder.File("file"), "");

        Assert.ThrowsAny<IOException>(() => DurableDirectory.Create(_folder.File("file/below")));
    }
}
