using System.Buffers.Binary;
using System.Security.Cryptography;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace EdgeGateway.Storage.Ledger;

/// <summary>
/// The end of the write-ahead log, open for frames. Written by one thread. After a failed write or sync it must not be
/// used again: what the disk then holds is only known after a restart.
/// </summary>
sealed class WriteAheadLog : IDisposable
{
    readonly string _directory;
    readonly int _segmentBytes;
    readonly SegmentPool _pool;
    readonly Lock _rolling = new();
    SafeFileHandle _file;
    long _position;
    long _firstIndex;
    bool _isFresh;
    volatile bool _rollWanted;

    WriteAheadLog(string directory, int segmentBytes, SegmentPool pool, SafeFileHandle file, WalPosition at, bool isFresh)
    {
        _isFresh = isFresh;
        _directory = directory;
        _segmentBytes = segmentBytes;
        _pool = pool;
        _file = file;
        _position = at.Offset;
        Segment = at.Segment;
        Chain = at.Chain;
    }

    public long Segment { get; private set; }

    /// <summary>Hash of the last frame; zeros before the first.</summary>
    public Hash Chain { get; private set; }

    /// <summary>Begins a log that has no segment yet.</summary>
    public static WriteAheadLog Create(string directory, int segmentBytes, SegmentPool pool)
    {
        var (file, isFresh) = OpenNext(directory, pool, 1, 0, default);
        return new WriteAheadLog(directory, segmentBytes, pool, file, new WalPosition(1, WalFormat.BlockBytes, default), isFresh);
    }

    /// <summary>Goes on where the scan ended. What lies behind that point in the file has been cleared.</summary>
    public static WriteAheadLog Continue(string directory, int segmentBytes, SegmentPool pool, WalPosition at)
    {
        var path = Path.Combine(directory, WalFormat.SegmentName(at.Segment));
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);

        // What an earlier process left behind the frames, nobody knows.
        return new WriteAheadLog(directory, segmentBytes, pool, file, at, isFresh: false);
    }

    public bool HasRoomFor(int bytes) => !_rollWanted && _position + WalFormat.Aligned(bytes) <= _segmentBytes;

    /// <summary>
    /// Arranges that what the log's files hold of entries up to <paramref name="newest"/> goes away: spares at once, the
    /// segments in use when they are no longer needed. Safe beside the thread that writes.
    /// </summary>
    /// <returns>It is all gone once this segment is the first that is needed; the next frame may have to begin it.</returns>
    public long Retire(long newest)
    {
        lock (_rolling)
        {
            _pool.DeleteUpTo(Segment);
            if (_isFresh && newest < _firstIndex) return Segment;
            _rollWanted = true;
            return Segment + 1;
        }
    }

    /// <summary>Goes on in a new segment.</summary>
    /// <exception cref="StorageFullException">No room for one; the log is as it was and may be used.</exception>
    public void Roll(long nextIndex)
    {
        lock (_rolling)
        {
            (var file, _isFresh) = OpenNext(_directory, _pool, Segment + 1, nextIndex, Chain);
            _file.Dispose();
            _file = file;
            Segment++;
            _position = WalFormat.BlockBytes;
            _firstIndex = nextIndex;
            _rollWanted = false;
        }
    }

    /// <summary>Returns once the frame is on disk.</summary>
    public void Append(Frame frame)
    {
        DurableFile.Write(_file, frame.Blocks, _position);
        DurableFile.DataSync(_file);
        _position += frame.Blocks.Length;
        Chain = frame.Hash;
        if (_position > _segmentBytes / 2) _pool.PrepareMeanwhile();
    }

    public void Dispose()
    {
        _pool.Dispose();
        _file.Dispose();
    }

    static (SafeFileHandle File, bool IsFresh) OpenNext(string directory, SegmentPool pool, long segment, long firstIndex, in Hash chain)
    {
        using var parent = DurableDirectory.Open(directory);
        var (spare, isFresh) = pool.Take();
        var file = File.OpenHandle(spare, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            DurableFile.Write(file, SegmentHeader(segment, firstIndex, chain), 0);
            DurableFile.DataSync(file);
            DurableFile.Rename(spare, Path.Combine(directory, WalFormat.SegmentName(segment)));
        }
        catch
        {
            // Where only room was missing it is tried again with another: spares must not pile up on a full disk.
            file.Dispose();
            File.Delete(spare);
            throw;
        }

        parent.Sync();
        return (file, isFresh);
    }

    /// <summary>Magic 8, segment 8, first index 8, chain 32, SHA-256 of these; zeros to the block's end.</summary>
    public static byte[] SegmentHeader(long segment, long firstIndex, in Hash chain)
    {
        var block = new byte[WalFormat.BlockBytes];
        WalFormat.SegmentMagic.CopyTo(block);
        BinaryPrimitives.WriteInt64BigEndian(block.AsSpan(8), segment);
        BinaryPrimitives.WriteInt64BigEndian(block.AsSpan(16), firstIndex);
        chain.CopyTo(block.AsSpan(24));
        SHA256.HashData(block.AsSpan(0, 56), block.AsSpan(56));
        return block;
    }
}

/// <summary>A place in the log: where the next frame goes, and the hash of the one before.</summary>
readonly record struct WalPosition(long Segment, long Offset, Hash Chain);
