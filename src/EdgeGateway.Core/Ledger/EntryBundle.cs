using System.Buffers;
using System.Buffers.Binary;

namespace EdgeGateway.Ledger;

/// <summary>
/// Entries one after the other, each behind its length as two bytes, big-endian (C2SP tlog-tiles, "Log entries"). An
/// empty entry is legal.
/// </summary>
public static class EntryBundle
{
    /// <summary>What two bytes of length can say.</summary>
    public const int MaximumEntryBytes = ushort.MaxValue;

    const int LengthBytes = sizeof(ushort);

    /// <summary>How many bytes an entry takes.</summary>
    public static int EncodedLength(int entryBytes) => LengthBytes + entryBytes;

    /// <exception cref="ArgumentException">The entry is longer than <see cref="MaximumEntryBytes"/>; nothing was written.</exception>
    public static void Append(IBufferWriter<byte> bundle, ReadOnlySpan<byte> entry)
    {
        if (entry.Length > MaximumEntryBytes)
            throw new ArgumentException($"An entry has at most {MaximumEntryBytes} bytes, not {entry.Length}.", nameof(entry));
        var span = bundle.GetSpan(LengthBytes + entry.Length);
        BinaryPrimitives.WriteUInt16BigEndian(span, (ushort)entry.Length);
        entry.CopyTo(span[LengthBytes..]);
        bundle.Advance(LengthBytes + entry.Length);
    }

    /// <summary>Takes the next entry off <paramref name="rest"/>; false where the bytes end before it does.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> entry)
    {
        entry = default;
        if (!BinaryPrimitives.TryReadUInt16BigEndian(rest, out var length) || rest.Length - LengthBytes < length) return false;
        entry = rest.Slice(LengthBytes, length);
        rest = rest[(LengthBytes + length)..];
        return true;
    }

    /// <summary>The entries of a bundle: exactly <paramref name="count"/>, with no byte after the last. They share its memory.</summary>
    /// <exception cref="FormatException">There are fewer, or bytes after them.</exception>
    public static ReadOnlyMemory<byte>[] Decode(ReadOnlyMemory<byte> bundle, int count)
    {
        var entries = new ReadOnlyMemory<byte>[count];
        var rest = bundle.Span;
        for (var i = 0; i < count; i++)
        {
            var start = bundle.Length - rest.Length + LengthBytes;
            if (!TryTake(ref rest, out var entry)) throw new FormatException(EndsWithin(i, count));
            entries[i] = bundle.Slice(start, entry.Length);
        }

        return rest.IsEmpty ? entries : throw new FormatException(TrailingBytes(rest.Length, count));
    }

    /// <summary>How many bytes the first entries of a bundle take; -1 where it has fewer.</summary>
    internal static int LengthOf(ReadOnlySpan<byte> bundle, int entries)
    {
        var rest = bundle;
        for (; entries > 0; entries--)
        {
            if (!TryTake(ref rest, out _)) return -1;
        }

        return bundle.Length - rest.Length;
    }

    /// <summary>How many whole entries the first bytes of a bundle hold.</summary>
    internal static int CountWithin(ReadOnlySpan<byte> bundle, int bytes)
    {
        var rest = bundle[..bytes];
        var count = 0;
        while (TryTake(ref rest, out _)) count++;
        return count;
    }

    internal static string EndsWithin(int entry, int count) => $"The bundle ends within entry {entry} of its {count}.";

    internal static string TrailingBytes(int bytes, int count) => $"The bundle has {bytes} bytes after its {count} entries.";
}
