using System.Buffers.Binary;
using EdgeGateway.Ledger;

namespace EdgeGateway.Storage.Ledger;

/// <summary>
/// What the ledger knows for certain of its own files: up to which size tiles and bundles are durable, where the log
/// begins, and what was signed last. Replaced as a whole; never behind a signature that anyone has seen.
/// </summary>
sealed record LedgerState
{
    /// <summary>A multiple of 256: every bundle and tile below it is durable.</summary>
    public required long Size { get; init; }

    /// <summary>The unfinished tiles at <see cref="Size"/>, lowest level first.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> Edge { get; init; }

    /// <summary>The oldest log segment that holds an entry not below <see cref="Size"/>.</summary>
    public required long FirstSegment { get; init; }

    /// <summary>Size of the tree that was signed last, 0 before the first.</summary>
    public required long SignedSize { get; init; }

    public required Hash SignedRoot { get; init; }

    /// <summary>The latest time of any entry: the floor of the clock. Whole microseconds.</summary>
    public required DateTimeOffset NewestAt { get; init; }

    /// <summary>Leaf hash of entry 0.</summary>
    public required Hash Log { get; init; }

    /// <summary>SHA-256 of the vkey that signs: another key must not go on in its place.</summary>
    public required Hash Key { get; init; }
}

/// <summary>
/// <c>ledger/state</c>, big-endian: magic 8, size 8, first segment 8, signed size 8, signed root 32, latest time 8 (Unix
/// microseconds), log 32, key 32, levels 4, then per level width 4 and its hashes; last the SHA-256 of all before.
/// </summary>
static class StateFile
{
    static ReadOnlySpan<byte> Magic => "EGWSTA1\n"u8;

    const int FixedBytes = 8 + 8 + 8 + 8 + 32 + 8 + 32 + 32 + 4;

    public static void Write(string path, LedgerState state)
    {
        var bytes = new byte[FixedBytes + state.Edge.Sum(level => 4 + level.Length) + Hash.Length];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(8), state.Size);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(16), state.FirstSegment);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(24), state.SignedSize);
        state.SignedRoot.CopyTo(bytes.AsSpan(32));
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(64), UnixMicroseconds.Of(state.NewestAt));
        state.Log.CopyTo(bytes.AsSpan(72));
        state.Key.CopyTo(bytes.AsSpan(104));
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(136), state.Edge.Count);
        var at = FixedBytes;
        foreach (var level in state.Edge)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at), level.Length / Hash.Length);
            level.Span.CopyTo(bytes.AsSpan(at + 4));
            at += 4 + level.Length;
        }

        CheckedFile.Write(path, bytes);
    }

    /// <exception cref="LedgerCorruptException">It is not what was written.</exception>
    public static LedgerState Read(string path)
    {
        var content = CheckedFile.Read(path, Magic);
        var bytes = content.Span;
        if (bytes.Length < FixedBytes) throw CheckedFile.Damaged(path, "it is too short");
        var state = new LedgerState
        {
            Size = BinaryPrimitives.ReadInt64BigEndian(bytes[8..]),
            FirstSegment = BinaryPrimitives.ReadInt64BigEndian(bytes[16..]),
            SignedSize = BinaryPrimitives.ReadInt64BigEndian(bytes[24..]),
            SignedRoot = new Hash(bytes.Slice(32, Hash.Length)),
            NewestAt = UnixMicroseconds.TryRead(BinaryPrimitives.ReadInt64BigEndian(bytes[64..])) ?? throw CheckedFile.Damaged(path, "its time is none"),
            Log = new Hash(bytes.Slice(72, Hash.Length)),
            Key = new Hash(bytes.Slice(104, Hash.Length)),
            Edge = ReadEdge(content, path),
        };
        if (state.Size < 0 || state.Size % TilePath.FullWidth != 0 || state.FirstSegment < 1 || state.SignedSize < 0)
        {
            throw CheckedFile.Damaged(path, "its numbers are none that a ledger has");
        }

        return state;
    }

    static List<ReadOnlyMemory<byte>> ReadEdge(ReadOnlyMemory<byte> content, string path)
    {
        var levels = new List<ReadOnlyMemory<byte>>();
        var count = BinaryPrimitives.ReadInt32BigEndian(content.Span[136..]);
        var rest = content[FixedBytes..];
        for (var i = 0; i < count; i++)
        {
            var width = rest.Length < 4 ? -1 : BinaryPrimitives.ReadInt32BigEndian(rest.Span);
            if (width is < 0 or >= TilePath.FullWidth || rest.Length < 4 + width * Hash.Length) throw CheckedFile.Damaged(path, "it ends within its hashes");
            levels.Add(rest.Slice(4, width * Hash.Length));
            rest = rest[(4 + width * Hash.Length)..];
        }

        return rest.IsEmpty ? levels : throw CheckedFile.Damaged(path, "bytes follow its hashes");
    }
}
