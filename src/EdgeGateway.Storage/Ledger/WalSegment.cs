using System.Buffers.Binary;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Files;

namespace EdgeGateway.Storage.Ledger;

/// <summary>A segment of the log as it lies on disk, in memory.</summary>
sealed class WalSegment
{
    readonly byte[] _bytes;
    readonly bool _isLast;

    WalSegment(string path, long number, byte[] bytes, bool isLast)
    {
        Path = path;
        Number = number;
        _bytes = bytes;
        _isLast = isLast;
        FirstIndex = BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(16));
        Chain = new Hash(bytes.AsSpan(24, Hash.Length));
    }

    public string Path { get; }

    public long Number { get; }

    /// <summary>The entry that its first frame begins with.</summary>
    public long FirstIndex { get; }

    /// <summary>Hash of the last frame before it; zeros where there is none.</summary>
    public Hash Chain { get; }

    /// <exception cref="LedgerCorruptException">Its header is damaged, which no crash leaves.</exception>
    public static WalSegment Read(string directory, long number, bool isLast)
    {
        var path = System.IO.Path.Combine(directory, WalFormat.SegmentName(number));
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length >= WalFormat.BlockBytes)
        {
            var segment = new WalSegment(path, number, bytes, isLast);
            var expected = WriteAheadLog.SegmentHeader(number, segment.FirstIndex, segment.Chain);
            if (bytes.AsSpan(0, WalFormat.BlockBytes).SequenceEqual(expected)) return segment;
        }

        throw new LedgerCorruptException($"'{path}' at offset 0: the segment's header is damaged. Restore this file from a backup or keep the disk for examination.");
    }

    /// <summary>
    /// Makes sure that reading the last segment reads the disk. A process that was killed may have left a frame that only
    /// the kernel's memory holds: it is written now, before anyone is told that it is safe. After a sync that failed the
    /// memory holds what the disk does not: so it is dropped. Only while nobody writes.
    /// </summary>
    /// <exception cref="IOException">The disk does not take what the kernel still held.</exception>
    public static void Settle(string directory)
    {
        if (WalScan.Segments(directory) is not [.., var last]) return;
        using var file = File.OpenHandle(System.IO.Path.Combine(directory, WalFormat.SegmentName(last)), FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        DurableFile.Sync(file);
        DurableFile.ReadAgain(file);
    }

    /// <summary>What stands from a block on; empty behind the end of the file.</summary>
    public ReadOnlySpan<byte> From(int offset) => offset < _bytes.Length ? _bytes.AsSpan(offset) : default;

    /// <summary>A frame that is not good ends the log only where nothing follows it that had been synced after it.</summary>
    /// <exception cref="LedgerCorruptException">Something does.</exception>
    public void RefuseUnlessLast(FrameReader.Finding finding, int offset, long index)
    {
        if (finding == FrameReader.Finding.Foreign)
        {
            throw new LedgerCorruptException(
                $"'{Path}': the frame at offset {offset} is whole, but does not follow the one before it, which ends before entry {index}. The gateway does not start on it: restore this file from a backup or keep the disk for examination.");
        }

        for (var later = offset + WalFormat.BlockBytes; later < _bytes.Length; later += WalFormat.BlockBytes)
        {
            if (FrameReader.IsWholeFrameOf(From(later), Number))
            {
                throw new LedgerCorruptException(
                    $"'{Path}': the frame at offset {offset}, which begins with entry {index}, is damaged, and a whole frame follows it at offset {later}. The gateway does not start on it: restore this file from a backup or keep the disk for examination.");
            }
        }

        if (finding == FrameReader.Finding.Bad && !_isLast)
        {
            throw new LedgerCorruptException(
                $"'{Path}': the frame at offset {offset}, which begins with entry {index}, is damaged, and a later segment follows it. The gateway does not start on it: restore this file from a backup or keep the disk for examination.");
        }
    }

    /// <summary>As far as anything was written, at most what the header claims.</summary>
    public int TornLength(int offset)
    {
        var rest = From(offset);
        var claimed = rest.Length >= WalFormat.FrameHeaderBytes ? FrameReader.ClaimedLength(rest) : -1;
        var most = Math.Min(rest.Length, claimed < 0 ? WalFormat.LargestFrameBytes : claimed);
        return rest[..most].LastIndexOfAnyExcept((byte)0) + 1;
    }

    /// <summary>
    /// Puts a torn frame's bytes aside and gives a cut-off segment its length back. Durable. The torn bytes stay where they
    /// are until the next frame is written over them, so that a crash before then finds them again.
    /// </summary>
    /// <returns>The file that now holds the torn bytes, or null when there were none.</returns>
    public static string? Mend(string directory, int segmentBytes, in WalScanResult scan)
    {
        var name = WalFormat.SegmentName(scan.End.Segment);
        using var file = File.OpenHandle(System.IO.Path.Combine(directory, name), FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        string? kept = null;
        if (scan.TornBytes > 0)
        {
            var torn = new byte[scan.TornBytes];
            var read = RandomAccess.Read(file, torn, scan.End.Offset);
            kept = System.IO.Path.Combine(directory, $"torn-{name}-{scan.End.Offset:x8}");
            AtomicFile.Write(kept, torn.AsSpan(0, read), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var length = RandomAccess.GetLength(file);
        if (length < segmentBytes)
        {
            SegmentPool.WriteZeros(file, length, segmentBytes);
            DurableFile.Sync(file);
        }

        // Whoever named the segment may have been killed before the name was durable.
        DurableDirectory.Sync(directory);
        return kept;
    }
}
