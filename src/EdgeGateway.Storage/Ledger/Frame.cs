using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using EdgeGateway.Ledger;

namespace EdgeGateway.Storage.Ledger;

/// <summary>
/// One group commit in memory: built by the writer, written to the log, read by the integrator, then used again. Owned by
/// one of them at a time.
/// </summary>
sealed class Frame
{
    readonly byte[] _buffer;
    readonly List<FrameEntry> _entries = [];
    int _length;

    /// <param name="capacity">Bytes on disk at most, header, trailer and padding included.</param>
    public Frame(int capacity)
    {
        _buffer = new byte[WalFormat.Aligned(capacity)];
        Reset();
    }

    /// <summary>Valid until the next one is added.</summary>
    public ReadOnlySpan<FrameEntry> Entries => CollectionsMarshal.AsSpan(_entries);

    public int Count => _entries.Count;

    public long Segment { get; private set; }

    public long FirstIndex { get; private set; }

    public Hash Hash { get; private set; }

    /// <summary>Header, payload, hash and zeros up to the block's end; valid after <see cref="Seal"/>.</summary>
    public ReadOnlySpan<byte> Blocks => _buffer.AsSpan(0, WalFormat.Aligned(_length));

    public void Reset()
    {
        _entries.Clear();
        _length = WalFormat.FrameHeaderBytes;
    }

    /// <summary>Whether an entry of the largest size still fits.</summary>
    public bool HasRoom => _buffer.Length - _length >= LargestEntryBytes + WalFormat.FrameTrailerBytes;

    /// <summary>What an entry takes at most.</summary>
    public const int LargestEntryBytes = WalFormat.EntryHeaderBytes + WalFormat.RepeatBytes
        + LedgerRecord.MaximumLeafBytes + LedgerRecord.MaximumPrivateBytes;

    public void Add(
        string subject, long sequence, in Hash leafHash, DateTimeOffset at,
        ReadOnlySpan<byte> leaf, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> privatePart, RepeatIdentity? repeat)
    {
        var span = _buffer.AsSpan(_length);
        BinaryPrimitives.WriteUInt16BigEndian(span, (ushort)leaf.Length);
        var flags = repeat is null ? 0 : repeat.Value.HasId ? WalFormat.HasRepeat | WalFormat.RepeatHasId : WalFormat.HasRepeat;
        BinaryPrimitives.WriteUInt16BigEndian(span[2..], (ushort)flags);
        BinaryPrimitives.WriteInt32BigEndian(span[4..], privatePart.Length);
        salt.CopyTo(span[8..]);
        var at0 = WalFormat.EntryHeaderBytes;
        if (repeat is { } identity)
        {
            BinaryPrimitives.WriteUInt128BigEndian(span[at0..], identity.Key);
            BinaryPrimitives.WriteUInt128BigEndian(span[(at0 + 16)..], identity.Digest);
            BinaryPrimitives.WriteInt32BigEndian(span[(at0 + 32)..], (int)identity.Window.TotalSeconds);
            at0 += WalFormat.RepeatBytes;
        }

        leaf.CopyTo(span[at0..]);
        privatePart.CopyTo(span[(at0 + leaf.Length)..]);
        _entries.Add(new FrameEntry(
            subject, sequence, leafHash, at, repeat,
            _length + 8, _length + at0, leaf.Length, _length + at0 + leaf.Length, privatePart.Length));
        _length += at0 + leaf.Length + privatePart.Length;
    }

    /// <summary>Closes the frame: from here on its blocks can be written.</summary>
    public void Seal(long segment, long firstIndex, in Hash previous)
    {
        Segment = segment;
        FirstIndex = firstIndex;
        WalFormat.FrameMagic.CopyTo(_buffer);
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(4), WalFormat.Version);
        BinaryPrimitives.WriteInt64BigEndian(_buffer.AsSpan(8), segment);
        BinaryPrimitives.WriteInt64BigEndian(_buffer.AsSpan(16), firstIndex);
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(24), _entries.Count);
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(28), _length - WalFormat.FrameHeaderBytes);
        previous.CopyTo(_buffer.AsSpan(32));
        var hash = _buffer.AsSpan(_length, WalFormat.FrameTrailerBytes);
        SHA256.HashData(_buffer.AsSpan(0, _length), hash);
        Hash = new Hash(hash);
        _length += WalFormat.FrameTrailerBytes;
        _buffer.AsSpan(_length, WalFormat.Aligned(_length) - _length).Clear();
    }

    public ReadOnlySpan<byte> Leaf(in FrameEntry entry) => _buffer.AsSpan(entry.LeafOffset, entry.LeafLength);

    public ReadOnlySpan<byte> Salt(in FrameEntry entry) => _buffer.AsSpan(entry.SaltOffset, LedgerRecord.SaltBytes);

    public ReadOnlySpan<byte> PrivatePart(in FrameEntry entry) => _buffer.AsSpan(entry.PrivateOffset, entry.PrivateLength);
}

/// <summary>Where an entry lies in its frame, and what the stages behind the log need of it.</summary>
readonly record struct FrameEntry(
    string Subject, long Sequence, Hash LeafHash, DateTimeOffset At, RepeatIdentity? Repeat,
    int SaltOffset, int LeafOffset, int LeafLength, int PrivateOffset, int PrivateLength);
