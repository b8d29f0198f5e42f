using EdgeGateway.Storage.Files;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Storage.Files;

public sealed class DurableFileTests : IDisposable
{
    const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    readonly StorageFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_preallocated_file_has_its_length_in_zeros_and_takes_writes()
    {
        var path = _folder.File("segment");
        using (var file = DurableFile.Create(path, Mode))
        {
            DurableFile.Preallocate(file, 1 << 20);
            DurableFile.Write(file, "frame"u8, 4096);
            DurableFile.DataSync(file);
            DurableFile.Sync(file);
        }

        var bytes = File.ReadAllBytes(path);
        Assert.Equal(1 << 20, bytes.Length);
        Assert.Equal("frame"u8, bytes.AsSpan(4096, 5));
        Assert.Equal(-1, bytes.AsSpan(0, 4096).IndexOfAnyExcept((byte)0));
        Assert.Equal(Mode, File.GetUnixFileMode(path));
    }

    [Fact]
    public void A_length_that_no_file_can_have_is_refused_by_name()
    {
        var path = _folder.File("segment");
        using var file = DurableFile.Create(path, Mode);

        var exception = Assert.Throws<IOException>(() => DurableFile.Preallocate(file, 1L << 62));

        Assert.Contains($"posix_fallocate of '{path}'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("errno 27", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_write_to_a_full_device_is_a_full_storage()
    {
        using var full = File.OpenHandle("/dev/full", FileMode.Open, FileAccess.Write);

        var exception = Assert.Throws<StorageFullException>(() => DurableFile.Write(full, "x"u8, 0));

        Assert.Contains("/dev/full", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_taken_is_not_linked_over()
    {
        File.WriteAllText(_folder.File("new"), "new");
        File.WriteAllText(_folder.File("old"), "old");

        Assert.False(DurableFile.TryLink(_folder.File("new"), _folder.File("old")));
        Assert.True(DurableFile.TryLink(_folder.File("new"), _folder.File("free")));

        Assert.Equal("old", File.ReadAllText(_folder.File("old")));
        Assert.Equal("new", File.ReadAllText(_folder.File("free")));
    }

    [Fact]
    public void A_file_that_exists_is_not_made_again()
    {
        File.WriteAllText(_folder.File("old"), "old");

        Assert.Throws<IOException>(() => DurableFile.Create(_folder.File("old"), Mode));

        Assert.Equal("old", File.ReadAllText(_folder.File("old")));
    }

    [Fact]
    public void A_failed_sync_names_the_file_and_the_errno()
    {
        // EINVAL: a pipe cannot be synced, which .NET's own flush overlooks.
        using var pipe = new System.IO.Pipes.AnonymousPipeServerStream(System.IO.Pipes.PipeDirection.Out);
        using var handle = new Microsoft.Win32.SafeHandles.SafeFileHandle(
            pipe.SafePipeHandle.DangerousGetHandle(), ownsHandle: false);

        var exception = Assert.Throws<IOException>(() => DurableFile.DataSync(handle));

        Assert.Contains("fdatasync of 'pipe:", exception.Message, StringComparison.Ordinal);
        Assert.Contains("errno 22", exception.Message, StringComparison.Ordinal);
    }
}
