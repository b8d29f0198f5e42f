using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace EdgeGateway.Storage.Ledger;

/// <summary>
/// The repeat window on disk, <c>ledger/repeats/</c>: what was remembered, in order, in files of one generation each.
/// A record, big-endian: key 16, digest 16, window in seconds 4 (the top bit says that the device gave an id), index 8,
/// Unix microseconds 8, leaf hash 32, CRC-32C of these 4. Only records below the state's size count: the others come again
/// from the log. A damaged record is passed over: what it knew would be sealed a second time, which harms nobody.
/// </summary>
sealed class RepeatFiles(string directory, int capacity)
{
    public const int RecordBytes = 88;

    const int CheckedBytes = RecordBytes - 4;
    const uint HasId = 0x8000_0000;
    const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    readonly int _perFile = RepeatWindow.GenerationSize(capacity);
    long _file = 1;
    int _count;
    long _next;

    /// <summary>Fills the window with what is below <paramref name="size"/> and drops the rest from the files.</summary>
    public void Load(RepeatWindow window, long size)
    {
        DurableDirectory.Create(directory);
        _next = size;
        foreach (var number in Numbers())
        {
            var bytes = File.ReadAllBytes(PathOf(number));
            var kept = 0;
            for (var i = 0; (i + 1) * RecordBytes <= bytes.Length; i++)
            {
                if (!TryDecode(bytes.AsSpan(i * RecordBytes, RecordBytes), out var record)) continue;
                if (record.Index >= size) break;
                window.Remember(record.Identity, record.Index, record.At, record.LeafHash);
                kept = i + 1;
            }

            if (kept * RecordBytes < bytes.Length)
            {
                using var file = File.OpenHandle(PathOf(number), FileMode.Open, FileAccess.Write);
                RandomAccess.SetLength(file, kept * RecordBytes);
            }

            (_file, _count) = (number, kept);
        }
    }

    /// <summary>Adds records and returns once they are durable; those that a call cut short by a full disk had added are passed over.</summary>
    /// <exception cref="StorageFullException">Some may have been added; call again with all of them.</exception>
    public void Append(List<SealedRepeat> records)
    {
        var done = records.FindIndex(record => record.Index >= _next);
        if (done < 0) return;
        while (done < records.Count)
        {
            if (_count >= _perFile)
            {
                _file++;
                _count = 0;
                foreach (var old in Numbers().Where(number => number <= _file - RepeatWindow.Generations)) File.Delete(PathOf(old));
            }

            var take = Math.Min(records.Count - done, _perFile - _count);
            var bytes = new byte[take * RecordBytes];
            for (var i = 0; i < take; i++) Encode(records[done + i], bytes.AsSpan(i * RecordBytes));
            using (var parent = DurableDirectory.Open(directory))
            using (var file = OpenOrCreate(PathOf(_file)))
            {
                DurableFile.Write(file, bytes, (long)_count * RecordBytes);
                DurableFile.Sync(file);
                if (_count == 0) parent.Sync();
            }

            _count += take;
            done += take;
            _next = records[done - 1].Index + 1;
        }
    }

    internal static void Encode(in SealedRepeat record, Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt128BigEndian(bytes, record.Identity.Key);
        BinaryPrimitives.WriteUInt128BigEndian(bytes[16..], record.Identity.Digest);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[32..], (uint)record.Identity.Window.TotalSeconds | (record.Identity.HasId ? HasId : 0));
        BinaryPrimitives.WriteInt64BigEndian(bytes[36..], record.Index);
        BinaryPrimitives.WriteInt64BigEndian(bytes[44..], UnixMicroseconds.Of(record.At));
        record.LeafHash.CopyTo(bytes[52..]);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[CheckedBytes..], Crc32C(bytes[..CheckedBytes]));
    }

    internal static bool TryDecode(ReadOnlySpan<byte> bytes, out SealedRepeat record)
    {
        record = default;
        if (BinaryPrimitives.ReadUInt32BigEndian(bytes[CheckedBytes..]) != Crc32C(bytes[..CheckedBytes])) return false;
        if (UnixMicroseconds.TryRead(BinaryPrimitives.ReadInt64BigEndian(bytes[44..])) is not { } at) return false;
        var flags = BinaryPrimitives.ReadUInt32BigEndian(bytes[32..]);
        var identity = new RepeatIdentity(
            BinaryPrimitives.ReadUInt128BigEndian(bytes), BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]),
            (flags & HasId) != 0, TimeSpan.FromSeconds(flags & ~HasId));
        record = new SealedRepeat(identity, BinaryPrimitives.ReadInt64BigEndian(bytes[36..]), at, new Hash(bytes.Slice(52, Hash.Length)));
        return true;
    }

    /// <summary>Of a whole number of 32-bit words.</summary>
    static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; !bytes.IsEmpty; bytes = bytes[4..]) crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt32LittleEndian(bytes));
        return ~crc;
    }

    static SafeFileHandle OpenOrCreate(string path) =>
        File.Exists(path) ? File.OpenHandle(path, FileMode.Open, FileAccess.Write) : DurableFile.Create(path, Mode);

    List<long> Numbers() =>
        Directory.GetFiles(directory)
            .Select(path => long.TryParse(Path.GetFileName(path), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var n) ? n : -1)
            .Where(number => number > 0).Order().ToList();

    string PathOf(long number) => Path.Combine(directory, number.ToString("x8", CultureInfo.InvariantCulture));
}

/// <summary>By what a sealed entry's repeats are known.</summary>
readonly record struct SealedRepeat(RepeatIdentity Identity, long Index, DateTimeOffset At, Hash LeafHash);
