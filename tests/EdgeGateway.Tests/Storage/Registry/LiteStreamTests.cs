using EdgeGateway.Storage.Files;
using EdgeGateway.Storage.Registry;
using EdgeGateway.Tests.Support;
using LiteDB;
using LiteDB.Engine;

namespace EdgeGateway.Tests.Storage.Registry;

public sealed class LiteStreamTests : IDisposable
{
    readonly StorageFolder _folder = new();
    readonly LiteStream.FirstFailure _failure = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_failed_write_is_kept_and_stops_all_writing_to_both_files()
    {
        using var data = Open(_folder.File("data"), FileMode.CreateNew);
        using var log = Open("/dev/full", FileMode.Open);
        data.Write("before"u8);
        data.Flush();

        log.Write("lost"u8);

        Assert.IsType<StorageFullException>(_failure.Exception);
        data.Position = 0;
        data.Write("AFTER!"u8);
        data.SetLength(0);
        data.Flush();
        Assert.Equal(6, data.Length);
        data.Position = 0;
        var read = new byte[6];
        data.ReadExactly(read);
        Assert.Equal("before"u8, read);
    }

    [Fact]
    public async Task A_database_whose_log_finds_no_room_neither_hangs_nor_touches_its_data()
    {
        var path = _folder.File("data");
        var before = (byte[])[];
        var work = Task.Run(() =>
        {
            using var data = Open(path, FileMode.CreateNew);
            using var log = Open("/dev/full", FileMode.Open);
            using var database = new LiteDatabase(new LiteEngine(new EngineSettings { DataStream = data, LogStream = log }));
            before = ReadShared(path);
            var documents = database.GetCollection("documents");
            for (var i = 0; i < 100; i++) documents.Insert(new BsonDocument { ["_id"] = i, ["bytes"] = new byte[10_000] });
            database.Checkpoint();
        });

        // What LiteDB makes of pages that were never written is its affair; that it comes back is not.
        Assert.Same(work, await Task.WhenAny(work, Task.Delay(TimeSpan.FromSeconds(60))));
        Assert.IsType<StorageFullException>(_failure.Exception);
        Assert.Equal(before, ReadShared(path));
    }

    [Fact]
    public void Seeking_and_lengths_are_the_files()
    {
        using var stream = Open(_folder.File("data"), FileMode.CreateNew);
        stream.SetLength(100);

        Assert.Equal(100, stream.Length);
        Assert.Equal(10, stream.Seek(10, SeekOrigin.Begin));
        Assert.Equal(15, stream.Seek(5, SeekOrigin.Current));
        Assert.Equal(99, stream.Seek(-1, SeekOrigin.End));
        Assert.Equal(1, stream.Read(new byte[5], 0, 5));
        Assert.Equal(0, stream.Read(new byte[5], 0, 5));
    }

    LiteStream Open(string path, FileMode mode) =>
        new(File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.ReadWrite), _failure);

    static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
