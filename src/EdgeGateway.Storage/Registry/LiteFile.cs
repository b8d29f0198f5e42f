using System.Buffers.Binary;
using EdgeGateway.Storage.Files;
using LiteDB;
using LiteDB.Engine;
using Microsoft.Win32.SafeHandles;

namespace EdgeGateway.Storage.Registry;

/// <summary>
/// A LiteDB database in a file and its log. After a failed write or sync it is of no more use: close it and open it again.
/// LiteDB lets several processes open the same file and spoil it: the data directory's lock must keep them out.
/// </summary>
sealed class LiteFile : IDisposable
{
    // LiteDB 5, file version 8: page 0 names the last page that a checkpoint wrote.
    const int PageBytes = 8192;
    const int LastPageOffset = 64;

    readonly LiteStream _data;
    readonly LiteStream _log;
    readonly LiteStream.FirstFailure _failure;

    LiteFile(LiteStream data, LiteStream log, LiteStream.FirstFailure failure, LiteDatabase database)
    {
        _data = data;
        _log = log;
        _failure = failure;
        Database = database;
    }

    public LiteDatabase Database { get; }

    public bool HasFailed => _failure.Exception is not null;

    /// <summary>Opens it, making it where it is missing; data and log file get the mode.</summary>
    /// <exception cref="LiteException">Not a LiteDB file, or its header does not hold together.</exception>
    /// <exception cref="IOException">The disk failed, or is full.</exception>
    public static LiteFile Open(string path, UnixFileMode mode)
    {
        var failure = new LiteStream.FirstFailure();
        using var directory = DurableDirectory.OpenParent(path);
        var data = new LiteStream(OpenOrCreate(path, mode), failure);
        var log = new LiteStream(OpenOrCreate(LogOf(path), mode), failure);
        try
        {
            directory.Sync();
            // A page that a kill cut through would be read with what the buffer held before.
            log.SetLength(log.Length / PageBytes * PageBytes);
            // Keys compare as bytes, whatever the machine's culture.
            var engine = new LiteEngine(new EngineSettings { DataStream = data, LogStream = log, Collation = Collation.Binary });
            return new LiteFile(data, log, failure, new LiteDatabase(engine));
        }
        catch
        {
            data.Dispose();
            log.Dispose();

            // LiteDB misses what was not written, in whatever way: what the disk said comes first.
            ThrowIfFailed(failure);
            throw;
        }
    }

    public static string LogOf(string path) => Path.Combine(
        Path.GetDirectoryName(path)!, $"{Path.GetFileNameWithoutExtension(path)}-log{Path.GetExtension(path)}");

    /// <summary>
    /// Whether the file ends before the last page that its header names. LiteDB would notice only when it gets there.
    /// With a log beside it the header may be older than the file, and the answer is no.
    /// </summary>
    public static bool IsTruncated(string path)
    {
        if (new FileInfo(LogOf(path)) is { Exists: true, Length: > 0 }) return false;
        using var file = File.OpenHandle(path);
        var length = RandomAccess.GetLength(file);
        if (length == 0) return false;
        Span<byte> header = stackalloc byte[LastPageOffset + sizeof(uint)];
        if (RandomAccess.Read(file, header, 0) < header.Length) return true;
        var lastPage = BinaryPrimitives.ReadUInt32LittleEndian(header[LastPageOffset..]);
        return length < ((long)lastPage + 1) * PageBytes;
    }

    public static void Delete(string path)
    {
        File.Delete(path);
        File.Delete(LogOf(path));
    }

    /// <summary>Renames both to the first free <c>*.corrupt-N</c>, where somebody may look at them.</summary>
    /// <returns>The new path of the data file.</returns>
    public static string MoveAside(string path)
    {
        var n = 1;
        while (File.Exists($"{path}.corrupt-{n}")) n++;
        var aside = $"{path}.corrupt-{n}";
        if (File.Exists(LogOf(path))) File.Move(LogOf(path), $"{LogOf(path)}.corrupt-{n}");
        File.Move(path, aside);
        return aside;
    }

    /// <exception cref="IOException">What failed first: a write or a sync, perhaps one that an earlier call began.</exception>
    public void ThrowIfFailed() => ThrowIfFailed(_failure);

    /// <summary>
    /// Waits until what was committed is on the disk: LiteDB's commit returns before its log is written, and only a
    /// checkpoint waits for that.
    /// </summary>
    public void MakeDurable()
    {
        Database.Checkpoint();
        _data.Flush();
        ThrowIfFailed();
    }

    public void Dispose()
    {
        Database.Dispose();
        _data.Dispose();
        _log.Dispose();
    }

    static SafeFileHandle OpenOrCreate(string path, UnixFileMode mode) => File.Exists(path)
        ? File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read)
        : DurableFile.Create(path, mode);

    static void ThrowIfFailed(LiteStream.FirstFailure failure)
    {
        if (failure.Exception is { } exception) throw new IOException(exception.Message, exception) { HResult = exception.HResult };
    }
}
