using EdgeGateway.Storage.Files;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Storage.Files;

public sealed class AtomicFileTests : IDisposable
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    readonly StorageFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_written_file_holds_the_content_under_the_mode_and_leaves_no_temporary_file()
    {
        var path = _folder.File("state");

        AtomicFile.Write(path, "first"u8, OwnerOnly);
        AtomicFile.Write(path, "second, longer"u8, OwnerOnly | UnixFileMode.GroupRead);

        Assert.Equal("second, longer", File.ReadAllText(path));
        Assert.Equal(OwnerOnly | UnixFileMode.GroupRead, File.GetUnixFileMode(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_mode_that_the_umask_would_narrow_is_kept()
    {
        var path = _folder.File("shared");
        var everyone = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

        AtomicFile.Write(path, [], everyone);

        Assert.Equal(everyone, File.GetUnixFileMode(path));
    }

    [Fact]
    public void A_failed_rename_leaves_no_temporary_file_and_names_the_target()
    {
        var path = _folder.File("taken");
        Directory.CreateDirectory(path);

        var exception = Assert.Throws<IOException>(() => AtomicFile.Write(path, "x"u8, OwnerOnly));

        Assert.Contains(path, exception.Message, StringComparison.Ordinal);
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_missing_directory_is_named()
    {
        var exception = Assert.Throws<IOException>(() => AtomicFile.Write(_folder.File("missing/state"), "x"u8, OwnerOnly));

        Assert.Contains(_folder.File("missing"), exception.Message, StringComparison.Ordinal);
        Assert.Contains("errno 2", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_crash_left_behind_is_removed_and_nothing_else()
    {
        File.WriteAllText(_folder.File(".state.0123.tmp"), "half");
        File.WriteAllText(_folder.File("state"), "whole");

        Assert.Equal(1, AtomicFile.RemoveLeftovers(_folder.Path));

        Assert.Equal([_folder.File("state")], Directory.GetFileSystemEntries(_folder.Path));
    }
}
