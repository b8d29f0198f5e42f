using System.Buffers.Binary;
using EdgeGateway.Ledger;

namespace EdgeGateway.Storage.Ledger;

/// <summary>
/// The private parts of 256 entries, <c>payloads/&lt;N&gt;</c> with N as in tlog-tiles: magic 8, then 256 lengths of 4 bytes
/// big-endian (0: erased), then per entry its salt of 32 bytes and its private part. A length counts both.
/// </summary>
static class PayloadBundle
{
    public const int HeaderBytes = 8 + 4 * TilePath.FullWidth;

    public static ReadOnlySpan<byte> Magic => "EGWPAY1\n"u8;

    /// <summary>Where entry <paramref name="slot"/> lies, and how long salt and private part are together.</summary>
    /// <exception cref="LedgerCorruptException">Not such a file.</exception>
    public static (int Offset, int Length) Locate(ReadOnlySpan<byte> bundle, int slot, string path)
    {
        if (bundle.Length < HeaderBytes || !bundle[..8].SequenceEqual(Magic)) throw Corrupt(path, slot);
        long offset = HeaderBytes;
        for (var i = 0; i < slot; i++) offset += BinaryPrimitives.ReadUInt32BigEndian(bundle[(8 + 4 * i)..]);
        var length = BinaryPrimitives.ReadUInt32BigEndian(bundle[(8 + 4 * slot)..]);
        var fits = offset + length <= bundle.Length
            && length <= LedgerRecord.SaltBytes + LedgerRecord.MaximumPrivateBytes
            && length is 0 or >= LedgerRecord.SaltBytes;
        return fits ? ((int)offset, (int)length) : throw Corrupt(path, slot);
    }

    /// <summary>The bundle with these entries' private parts cut out.</summary>
    /// <exception cref="LedgerCorruptException">Not such a file.</exception>
    public static byte[] Without(ReadOnlySpan<byte> bundle, IReadOnlySet<int> slots, string path)
    {
        var kept = new byte[bundle.Length];
        bundle[..8].CopyTo(kept);
        var end = HeaderBytes;
        for (var slot = 0; slot < TilePath.FullWidth; slot++)
        {
            var (offset, length) = Locate(bundle, slot, path);
            if (slots.Contains(slot)) length = 0;
            BinaryPrimitives.WriteInt32BigEndian(kept.AsSpan(8 + 4 * slot), length);
            bundle.Slice(offset, length).CopyTo(kept.AsSpan(end));
            end += length;
        }

        return kept[..end];
    }

    /// <summary>The file of the last entries of a log that is closed, or of any other: in order, at most 256; erased ones stay erased.</summary>
    public static byte[] Encode(IReadOnlyList<LedgerRecord> records)
    {
        var bytes = new byte[HeaderBytes + records.Sum(record => record.Salt.Length + record.PrivatePart.Length)];
        Magic.CopyTo(bytes);
        var offset = HeaderBytes;
        for (var i = 0; i < records.Count; i++)
        {
            var salt = records[i].Salt.Span;
            var part = records[i].PrivatePart.Span;
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(8 + 4 * i), salt.Length + part.Length);
            salt.CopyTo(bytes.AsSpan(offset));
            part.CopyTo(bytes.AsSpan(offset + salt.Length));
            offset += salt.Length + part.Length;
        }

        return bytes;
    }

    static LedgerCorruptException Corrupt(string path, int slot) =>
        new($"'{path}' is damaged: the private part of its entry {slot} cannot be found.");
}
