using EdgeGateway.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace EdgeGateway.Storage.Registry;

/// <summary>
/// LiteDB's way to a file. LiteDB 5.0.20 writes its log on a task of its own, and a failure there leaves the next
/// checkpoint waiting for ever (litedb-org/LiteDB#2307). So no failure is thrown into LiteDB: the first one is kept, from
/// then on nothing is written to either of its files, and <see cref="LiteFile"/> tells its user. LiteDB locks around each
/// call.
/// </summary>
sealed class LiteStream(SafeFileHandle file, LiteStream.FirstFailure failure) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => RandomAccess.GetLength(file);

    public override long Position { get; set; }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var count = RandomAccess.Read(file, buffer, Position);
        Position += count;
        return count;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        var position = Position;
        Position += buffer.Length;
        if (failure.Exception is not null) return;
        try
        {
            DurableFile.Write(file, buffer, position);
        }
        catch (IOException e)
        {
            failure.Keep(e);
        }
    }

    public override void Flush()
    {
        if (failure.Exception is not null) return;
        try
        {
            DurableFile.DataSync(file);
        }
        catch (IOException e)
        {
            failure.Keep(e);
        }
    }

    public override void SetLength(long value)
    {
        // After a failed checkpoint LiteDB would go on to empty the log, which alone holds what the checkpoint did not write.
        if (failure.Exception is not null) return;
        try
        {
            RandomAccess.SetLength(file, value);
        }
        catch (IOException e)
        {
            failure.Keep(e);
        }
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => Length + offset,
    };

    protected override void Dispose(bool disposing)
    {
        if (disposing) file.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>The first failure of a data file or its log; safe for any number of threads.</summary>
    public sealed class FirstFailure
    {
        IOException? _exception;

        public IOException? Exception => Volatile.Read(ref _exception);

        public void Keep(IOException exception) => Interlocked.CompareExchange(ref _exception, exception, null);
    }
}
