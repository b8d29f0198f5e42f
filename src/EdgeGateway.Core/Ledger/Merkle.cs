using System.Buffers;
using System.Numerics;
using System.Security.Cryptography;

namespace EdgeGateway.Ledger;

/// <summary>
/// The Merkle tree hash of RFC 6962 section 2.1 (the same as RFC 9162 with SHA-256) and the two checks on it. Pure, and
/// safe for any number of threads; nothing here allocates but for an entry above 1 KiB, whose buffer is pooled.
/// </summary>
public static class Merkle
{
    const byte LeafPrefix = 0;
    const byte NodePrefix = 1;
    const int StackBytes = 1024;

    /// <summary>The root of a tree without entries: SHA-256 of nothing, and not 32 zero bytes.</summary>
    public static readonly Hash EmptyRoot = new(SHA256.HashData([]));

    /// <summary>SHA-256(0x00 ‖ entry).</summary>
    public static Hash LeafHash(ReadOnlySpan<byte> entry)
    {
        if (entry.Length < StackBytes)
        {
            Span<byte> stack = stackalloc byte[StackBytes];
            return LeafHash(entry, stack);
        }

        var pooled = ArrayPool<byte>.Shared.Rent(entry.Length + 1);
        var hash = LeafHash(entry, pooled);
        ArrayPool<byte>.Shared.Return(pooled);
        return hash;
    }

    /// <summary>SHA-256(0x01 ‖ left ‖ right).</summary>
    public static Hash NodeHash(in Hash left, in Hash right)
    {
        Span<byte> node = stackalloc byte[1 + 2 * Hash.Length];
        node[0] = NodePrefix;
        left.CopyTo(node[1..]);
        right.CopyTo(node[(1 + Hash.Length)..]);
        Span<byte> digest = stackalloc byte[Hash.Length];
        SHA256.HashData(node, digest);
        return new Hash(digest);
    }

    /// <summary>The root over consecutive hashes of a tile: 1, 2, 4, … or 256 of them, 32 bytes each.</summary>
    public static Hash PerfectRoot(ReadOnlySpan<byte> hashes)
    {
        var count = hashes.Length / Hash.Length;
        if (hashes.Length % Hash.Length != 0 || count > TilePath.FullWidth || !BitOperations.IsPow2(count))
            throw new ArgumentException($"{hashes.Length} bytes are not a power of two of hashes, at most 256.", nameof(hashes));

        Span<byte> level = stackalloc byte[hashes.Length];
        hashes.CopyTo(level);
        Span<byte> node = stackalloc byte[1 + 2 * Hash.Length];
        node[0] = NodePrefix;
        for (; count > 1; count /= 2)
        {
            // A node is written where its left child lay, never ahead of what is still to be read.
            for (var i = 0; i < count / 2; i++)
            {
                level.Slice(2 * Hash.Length * i, 2 * Hash.Length).CopyTo(node[1..]);
                SHA256.HashData(node, level.Slice(Hash.Length * i, Hash.Length));
            }
        }

        return new Hash(level[..Hash.Length]);
    }

    /// <summary>
    /// Whether the entry with this leaf hash is at this index of the tree (RFC 9162 section 2.1.3.2). Wrong numbers and a
    /// proof of the wrong length are a plain no.
    /// </summary>
    /// <param name="proof">The sibling of the leaf first, the child of the root last.</param>
    public static bool VerifyInclusion(long index, long size, Hash leafHash, ReadOnlySpan<Hash> proof, Hash root)
    {
        if (index < 0 || index >= size || proof.Length != InclusionLength(index, size)) return false;
        var inner = InnerLength(index, size);
        var hash = leafHash;
        for (var i = 0; i < inner; i++)
        {
            hash = ((index >> i) & 1) == 1 ? NodeHash(proof[i], hash) : NodeHash(hash, proof[i]);
        }

        // Above the point where the paths to this leaf and to the last leaf part, every sibling is on the left.
        foreach (ref readonly var sibling in proof[inner..]) hash = NodeHash(sibling, hash);
        return hash == root;
    }

    /// <summary>How many hashes the inclusion proof of an entry has; index must be below size.</summary>
    public static int InclusionLength(long index, long size)
    {
        var inner = InnerLength(index, size);
        return inner + BitOperations.PopCount((ulong)index >> inner);
    }

    /// <summary>For each hash of an inclusion proof whether it stands on the left of what it is hashed with.</summary>
    public static IReadOnlyList<bool> InclusionSides(long index, long size)
    {
        var inner = InnerLength(index, size);
        return [.. Enumerable.Range(0, InclusionLength(index, size)).Select(i => i >= inner || ((index >> i) & 1) == 1)];
    }

    /// <summary>
    /// Whether the tree of <paramref name="newSize"/> entries begins with the tree of <paramref name="oldSize"/>
    /// (RFC 9162 section 2.1.4.2). An old size of 0 proves nothing and is a no, even against size 0: whoever wants to
    /// accept an empty start checks its root against <see cref="EmptyRoot"/> itself.
    /// </summary>
    public static bool VerifyConsistency(
        long oldSize, Hash oldRoot, long newSize, Hash newRoot, ReadOnlySpan<Hash> proof)
    {
        if (oldSize <= 0 || oldSize > newSize) return false;
        if (oldSize == newSize) return proof.IsEmpty && oldRoot == newRoot;

        // A whole old tree is a node of the new one, and the proof leaves out what the verifier has already.
        var whole = BitOperations.IsPow2(oldSize);
        if (proof.IsEmpty) return false;
        var start = whole ? oldRoot : proof[0];
        var rest = whole ? proof : proof[1..];

        var node = oldSize - 1;
        var last = newSize - 1;
        while ((node & 1) == 1)
        {
            node >>= 1;
            last >>= 1;
        }

        var (oldHash, newHash) = (start, start);
        foreach (ref readonly var sibling in rest)
        {
            if (last == 0) return false;
            if ((node & 1) == 1 || node == last)
            {
                oldHash = NodeHash(sibling, oldHash);
                newHash = NodeHash(sibling, newHash);
                while ((node & 1) == 0 && node != 0)
                {
                    node >>= 1;
                    last >>= 1;
                }
            }
            else
            {
                newHash = NodeHash(newHash, sibling);
            }

            node >>= 1;
            last >>= 1;
        }

        return last == 0 && oldHash == oldRoot && newHash == newRoot;
    }

    static int InnerLength(long index, long size) => 64 - BitOperations.LeadingZeroCount((ulong)(index ^ (size - 1)));

    static Hash LeafHash(ReadOnlySpan<byte> entry, Span<byte> buffer)
    {
        buffer[0] = LeafPrefix;
        entry.CopyTo(buffer[1..]);
        Span<byte> digest = stackalloc byte[Hash.Length];
        SHA256.HashData(buffer[..(entry.Length + 1)], digest);
        return new Hash(digest);
    }
}
