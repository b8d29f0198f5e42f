using System.Buffers.Binary;
using System.Security.Cryptography;
using EdgeGateway.Ledger;

namespace EdgeGateway.Storage.Ledger;

/// <summary>Reads frames back from a segment's bytes, trusting none of them before the hash holds.</summary>
static class FrameReader
{
    /// <summary>What stands at a block.</summary>
    public enum Finding
    {
        /// <summary>No frame of this segment begins here: the log ends.</summary>
        Nothing,

        Good,

        /// <summary>A frame of this segment begins here, and it is not whole.</summary>
        Bad,

        /// <summary>A whole frame of this segment, but none that follows the one before: no torn write leaves that.</summary>
        Foreign,
    }

    /// <param name="bytes">From the block on, as far as the file goes.</param>
    /// <param name="chain">Hash of the frame before.</param>
    /// <param name="length">Of a good frame, without padding.</param>
    public static Finding Look(ReadOnlySpan<byte> bytes, long segment, long firstIndex, in Hash chain, out int length)
    {
        length = 0;
        if (bytes.Length < WalFormat.FrameHeaderBytes)
        {
            return bytes.ContainsAnyExcept((byte)0) ? Finding.Bad : Finding.Nothing;
        }

        var magic = bytes[..4].SequenceEqual(WalFormat.FrameMagic);
        var ownSegment = BinaryPrimitives.ReadInt64BigEndian(bytes[8..]) == segment;
        var ownIndex = BinaryPrimitives.ReadInt64BigEndian(bytes[16..]) == firstIndex;
        var ownChain = new Hash(bytes[32..64]) == chain;

        // A used-again segment holds old frames behind its end; those name another segment. A damaged header is still
        // ours when it names the frame before it, or segment and position.
        if (!(magic && ownSegment) && !(ownChain && chain != default) && !(ownSegment && ownIndex)) return Finding.Nothing;
        if (!magic || !ownSegment || !IsWhole(bytes, out length)) return Finding.Bad;
        return ownIndex && ownChain ? Finding.Good : Finding.Foreign;
    }

    /// <summary>Whether a frame of this segment that is whole in itself begins here, whatever came before it.</summary>
    public static bool IsWholeFrameOf(ReadOnlySpan<byte> bytes, long segment) =>
        bytes.Length >= WalFormat.FrameHeaderBytes
        && bytes[..4].SequenceEqual(WalFormat.FrameMagic)
        && BinaryPrimitives.ReadInt64BigEndian(bytes[8..]) == segment
        && IsWhole(bytes, out _);

    /// <summary>How many bytes the header at a block claims for the frame; -1 where no frame can be so large.</summary>
    public static int ClaimedLength(ReadOnlySpan<byte> bytes)
    {
        var payload = BinaryPrimitives.ReadInt32BigEndian(bytes[28..]);
        const int around = WalFormat.FrameHeaderBytes + WalFormat.FrameTrailerBytes;
        return payload is > 0 and <= WalFormat.LargestFrameBytes - around ? payload + around : -1;
    }

    static bool IsWhole(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        var claimed = ClaimedLength(bytes);
        if (BinaryPrimitives.ReadInt32BigEndian(bytes[4..]) != WalFormat.Version) return false;
        if (claimed < 0 || claimed > bytes.Length || Count(bytes) <= 0) return false;
        var hashed = claimed - WalFormat.FrameTrailerBytes;
        Span<byte> hash = stackalloc byte[Hash.Length];
        SHA256.HashData(bytes[..hashed], hash);
        if (!hash.SequenceEqual(bytes.Slice(hashed, Hash.Length))) return false;
        length = claimed;
        return true;
    }

    /// <summary>How many entries a whole frame has.</summary>
    public static int Count(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt32BigEndian(bytes[24..]);

    /// <summary>Takes a whole frame into memory as the writer built it.</summary>
    /// <exception cref="LedgerCorruptException">The hash holds but the content does not: no writer of ours made it.</exception>
    public static void Restore(ReadOnlySpan<byte> bytes, Frame frame, string where)
    {
        frame.Reset();
        var count = Count(bytes);
        var payload = bytes.Slice(WalFormat.FrameHeaderBytes, BinaryPrimitives.ReadInt32BigEndian(bytes[28..]));
        for (var i = 0; i < count; i++)
        {
            if (!TryTake(ref payload, frame)) throw new LedgerCorruptException($"{where}: entry {i} of the frame cannot be read.");
        }

        if (!payload.IsEmpty) throw new LedgerCorruptException($"{where}: {payload.Length} bytes follow the frame's last entry.");
        frame.Seal(
            BinaryPrimitives.ReadInt64BigEndian(bytes[8..]), BinaryPrimitives.ReadInt64BigEndian(bytes[16..]), new Hash(bytes[32..64]));
    }

    static bool TryTake(ref ReadOnlySpan<byte> payload, Frame frame)
    {
        if (payload.Length < WalFormat.EntryHeaderBytes || !frame.HasRoom) return false;
        var leafLength = BinaryPrimitives.ReadUInt16BigEndian(payload);
        var flags = BinaryPrimitives.ReadUInt16BigEndian(payload[2..]);
        var privateLength = BinaryPrimitives.ReadInt32BigEndian(payload[4..]);
        var salt = payload.Slice(8, LedgerRecord.SaltBytes);
        payload = payload[WalFormat.EntryHeaderBytes..];
        RepeatIdentity? repeat = null;
        if ((flags & ~(WalFormat.HasRepeat | WalFormat.RepeatHasId)) != 0) return false;
        if ((flags & WalFormat.HasRepeat) != 0)
        {
            if (payload.Length < WalFormat.RepeatBytes || BinaryPrimitives.ReadInt32BigEndian(payload[32..]) < 0) return false;
            repeat = new RepeatIdentity(
                BinaryPrimitives.ReadUInt128BigEndian(payload), BinaryPrimitives.ReadUInt128BigEndian(payload[16..]),
                (flags & WalFormat.RepeatHasId) != 0, TimeSpan.FromSeconds(BinaryPrimitives.ReadInt32BigEndian(payload[32..])));
            payload = payload[WalFormat.RepeatBytes..];
        }

        if (leafLength > LedgerRecord.MaximumLeafBytes || privateLength is < 0 or > LedgerRecord.MaximumPrivateBytes) return false;
        if (payload.Length < leafLength + privateLength) return false;
        var leaf = payload[..leafLength];
        if (!LeafHead.TryRead(leaf, out var head)) return false;
        frame.Add(
            head.Subject, head.Sequence, Merkle.LeafHash(leaf), head.At, leaf, salt, payload.Slice(leafLength, privateLength), repeat);
        payload = payload[(leafLength + privateLength)..];
        return true;
    }
}
