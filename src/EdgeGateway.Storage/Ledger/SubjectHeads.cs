using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using EdgeGateway.Ledger;

namespace EdgeGateway.Storage.Ledger;

/// <summary>Where a subject's chain ends.</summary>
readonly record struct SubjectHead(long Sequence, long Index, Hash LeafHash);

/// <summary>
/// The newest entry of every subject. <c>ledger/heads</c>, big-endian: magic 8, size of the ledger 8, count 4, then per
/// subject its length 1, its name, sequence 8, index 8, leaf hash 32; last the SHA-256 of all before. Not safe for several
/// threads.
/// </summary>
sealed class SubjectHeads
{
    static ReadOnlySpan<byte> Magic => "EGWHEA1\n"u8;

    const int FixedBytes = 8 + 8 + 4;
    const int HeadBytes = 8 + 8 + Hash.Length;

    readonly Dictionary<string, SubjectHead> _heads;

    SubjectHeads(Dictionary<string, SubjectHead> heads, long size)
    {
        _heads = heads;
        Size = size;
    }

    /// <summary>Every entry below this is counted in.</summary>
    public long Size { get; private set; }

    public static SubjectHeads Empty() => new([], 0);

    public SubjectHeads Copy() => new(new Dictionary<string, SubjectHead>(_heads), Size);

    public SubjectHead? Find(string subject) => _heads.TryGetValue(subject, out var head) ? head : null;

    /// <summary>Takes the next entry; one that is counted in already is passed over.</summary>
    /// <exception cref="LedgerCorruptException">It does not continue its subject's chain.</exception>
    public void Advance(string subject, long sequence, long index, in Hash leafHash)
    {
        if (index < Size) return;
        ref var head = ref CollectionsMarshal.GetValueRefOrAddDefault(_heads, subject, out _);
        if (index > Size || sequence != head.Sequence + 1)
        {
            throw new LedgerCorruptException(
                $"Entry {index} says that it is number {sequence} of {subject}, but {Size} entries are known, and of {subject} {head.Sequence}. This log and this ledger do not belong together: restore those that do.");
        }

        head = new SubjectHead(sequence, index, leafHash);
        Size = index + 1;
    }

    public void Write(string path)
    {
        var bytes = new byte[FixedBytes + _heads.Keys.Sum(subject => 1 + subject.Length + HeadBytes) + Hash.Length];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(8), Size);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(16), _heads.Count);
        var at = FixedBytes;
        foreach (var (subject, head) in _heads)
        {
            bytes[at] = (byte)subject.Length;
            at += 1 + Encoding.ASCII.GetBytes(subject, bytes.AsSpan(at + 1));
            BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(at), head.Sequence);
            BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(at + 8), head.Index);
            head.LeafHash.CopyTo(bytes.AsSpan(at + 16));
            at += HeadBytes;
        }

        CheckedFile.Write(path, bytes);
    }

    /// <exception cref="LedgerCorruptException">It is not what was written.</exception>
    public static SubjectHeads Read(string path)
    {
        var bytes = CheckedFile.Read(path, Magic).Span;
        if (bytes.Length < FixedBytes) throw CheckedFile.Damaged(path, "it is too short");
        var size = BinaryPrimitives.ReadInt64BigEndian(bytes[8..]);
        var count = BinaryPrimitives.ReadInt32BigEndian(bytes[16..]);
        var rest = bytes[FixedBytes..];
        if (size < 0 || count < 0 || count > rest.Length / (1 + HeadBytes)) throw CheckedFile.Damaged(path, "its numbers are none that a ledger has");
        var heads = new Dictionary<string, SubjectHead>(count);
        for (var i = 0; i < count; i++)
        {
            if (rest.IsEmpty || rest.Length < 1 + rest[0] + HeadBytes) throw CheckedFile.Damaged(path, "it ends within a subject");
            var subject = Encoding.ASCII.GetString(rest.Slice(1, rest[0]));
            rest = rest[(1 + rest[0])..];
            heads[subject] = new SubjectHead(
                BinaryPrimitives.ReadInt64BigEndian(rest), BinaryPrimitives.ReadInt64BigEndian(rest[8..]), new Hash(rest.Slice(16, Hash.Length)));
            rest = rest[HeadBytes..];
        }

        return rest.IsEmpty ? new SubjectHeads(heads, size) : throw CheckedFile.Damaged(path, "bytes follow its subjects");
    }
}
