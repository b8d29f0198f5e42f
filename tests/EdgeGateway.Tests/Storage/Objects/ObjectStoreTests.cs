using System.Security.Cryptography;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Files;
using EdgeGateway.Storage.Objects;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Storage.Objects;

public sealed class ObjectStoreTests : IDisposable
{
    readonly StorageFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1024 * 1024)]
    [InlineData(3 * 1024 * 1024 + 17)]
    public async Task Streamed_content_lies_under_its_digest_and_reads_back(int size)
    {
        var store = ObjectStore.Open(_folder.Path);
        var content = Bytes(size);

        var result = await store.PutAsync(new DrippingStream(content), size, announced: null, CancellationToken.None);

        var digest = new Hash(SHA256.HashData(content));
        Assert.Equal(new PutResult(PutStatus.Stored, digest, size), result);
        Assert.True(result.IsDurable);
        var hex = digest.ToString();
        Assert.Equal(_folder.File($"sha256/{hex[..2]}/{hex[2..4]}/{hex}"), store.PathOf(digest));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(store.PathOf(digest)));
        await using var read = store.OpenRead(digest);
        using var copy = new MemoryStream();
        await read.CopyToAsync(copy);
        Assert.Equal(content, copy.ToArray());
        Assert.Equal(ObjectCondition.Intact, await store.VerifyAsync(digest, CancellationToken.None));
        AssertNothingIncoming();
    }

    [Fact]
    public void The_same_content_again_is_success_and_leaves_the_first_untouched()
    {
        var store = ObjectStore.Open(_folder.Path);
        var first = store.Put("clip"u8);
        var written = File.GetLastWriteTimeUtc(store.PathOf(first.Digest));

        var second = ObjectStore.Open(_folder.Path).Put("clip"u8);

        Assert.Equal(PutStatus.Stored, first.Status);
        Assert.Equal(first with { Status = PutStatus.AlreadyThere }, second);
        Assert.True(second.IsDurable);
        Assert.Equal(written, File.GetLastWriteTimeUtc(store.PathOf(first.Digest)));
        AssertNothingIncoming();
    }

    [Fact]
    public void An_object_of_another_size_under_the_digest_is_reported_and_kept()
    {
        var store = ObjectStore.Open(_folder.Path);
        var digest = store.Put("clip"u8).Digest;
        File.WriteAllText(store.PathOf(digest), "cl");

        var exception = Assert.Throws<ObjectDamagedException>(() => store.Put("clip"u8));

        Assert.Contains(store.PathOf(digest), exception.Message, StringComparison.Ordinal);
        Assert.Equal("cl", File.ReadAllText(store.PathOf(digest)));
        AssertNothingIncoming();
    }

    [Fact]
    public async Task Content_over_the_limit_is_given_up_in_mid_stream_and_leaves_nothing()
    {
        var store = ObjectStore.Open(_folder.Path);
        var endless = new DrippingStream(Bytes(8 * 1024 * 1024));

        var result = await store.PutAsync(endless, 2 * 1024 * 1024, announced: null, CancellationToken.None);

        Assert.Equal(PutStatus.TooLarge, result.Status);
        Assert.False(result.IsDurable);
        Assert.True(endless.Position < endless.Length, "Read on after the limit.");
        AssertNothingIncoming();
        Assert.Empty(Directory.GetFiles(_folder.File("sha256"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Content_that_is_not_what_was_announced_is_not_kept()
    {
        var store = ObjectStore.Open(_folder.Path);
        var announced = new Hash(SHA256.HashData("announced"u8));

        var result = await store.PutAsync(new MemoryStream("other"u8.ToArray()), 100, announced, CancellationToken.None);

        Assert.Equal(PutStatus.OtherDigest, result.Status);
        Assert.Equal(new Hash(SHA256.HashData("other"u8)), result.Digest);
        Assert.False(store.Exists(announced));
        Assert.False(store.Exists(result.Digest));
        AssertNothingIncoming();
    }

    [Fact]
    public async Task Content_that_is_what_was_announced_is_kept()
    {
        var store = ObjectStore.Open(_folder.Path);
        var announced = new Hash(SHA256.HashData("announced"u8));

        var result = await store.PutAsync(new MemoryStream("announced"u8.ToArray()), 9, announced, CancellationToken.None);

        Assert.Equal(new PutResult(PutStatus.Stored, announced, 9), result);
    }

    [Fact]
    public async Task A_source_that_breaks_off_leaves_nothing()
    {
        var store = ObjectStore.Open(_folder.Path);
        var broken = new DrippingStream(Bytes(3 * 1024 * 1024)) { BreaksAt = 2 * 1024 * 1024 + 1 };

        await Assert.ThrowsAsync<EndOfStreamException>(
            () => store.PutAsync(broken, long.MaxValue, announced: null, CancellationToken.None));

        AssertNothingIncoming();
    }

    [Fact]
    public async Task A_cancelled_put_leaves_nothing()
    {
        var store = ObjectStore.Open(_folder.Path);
        using var cancellation = new CancellationTokenSource();
        var source = new DrippingStream(Bytes(3 * 1024 * 1024)) { CancelsAt = 1024 * 1024, Cancellation = cancellation };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => store.PutAsync(source, long.MaxValue, announced: null, cancellation.Token));

        AssertNothingIncoming();
    }

    [Fact]
    public void What_a_crash_left_incoming_is_removed_at_the_next_start()
    {
        ObjectStore.Open(_folder.Path);
        File.WriteAllText(_folder.File("incoming/0123"), "half");

        ObjectStore.Open(_folder.Path);

        AssertNothingIncoming();
    }

    [Fact]
    public async Task A_flipped_bit_and_a_missing_object_are_told_apart()
    {
        var store = ObjectStore.Open(_folder.Path);
        var digest = store.Put("clip"u8).Digest;
        File.WriteAllBytes(store.PathOf(digest), [.. "clip"u8.ToArray().Select((b, i) => i == 2 ? (byte)(b ^ 1) : b)]);

        Assert.Equal(ObjectCondition.Damaged, await store.VerifyAsync(digest, CancellationToken.None));
        Assert.Equal(ObjectCondition.Missing, await store.VerifyAsync(default, CancellationToken.None));
        Assert.Throws<FileNotFoundException>(() => store.OpenRead(default));
    }

    [Fact]
    public async Task Many_threads_may_put_the_same_content_and_one_of_them_stores_it()
    {
        var store = ObjectStore.Open(_folder.Path);
        var content = Bytes(100_000);

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => store.Put(content))));

        Assert.Single(results, result => result.Status == PutStatus.Stored);
        Assert.All(results, result => Assert.True(result.IsDurable));
        AssertNothingIncoming();
    }

    [Fact]
    public void A_full_device_is_a_full_storage_and_leaves_nothing()
    {
        var path = _folder.File("half");
        File.WriteAllText(path, "");
        using (var incoming = new IncomingObject(path, File.OpenHandle("/dev/full", FileMode.Open, FileAccess.ReadWrite)))
        {
            Assert.Throws<StorageFullException>(() => incoming.Write("x"u8));
        }

        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task A_full_device_stops_a_stream_and_leaves_nothing()
    {
        var path = _folder.File("half");
        File.WriteAllText(path, "");
        using (var incoming = new IncomingObject(path, File.OpenHandle("/dev/full", FileMode.Open, FileAccess.ReadWrite)))
        {
            await Assert.ThrowsAsync<StorageFullException>(
                () => incoming.WriteAsync(new MemoryStream(Bytes(4 * 1024 * 1024)), long.MaxValue, CancellationToken.None));
        }

        Assert.False(File.Exists(path));
    }

    void AssertNothingIncoming() => Assert.Empty(Directory.GetFileSystemEntries(_folder.File("incoming")));

    static byte[] Bytes(int size)
    {
        var bytes = new byte[size];
        new Random(7).NextBytes(bytes);
        return bytes;
    }
}
