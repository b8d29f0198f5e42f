namespace EdgeGateway.Ledger;

/// <summary>
/// Makes proofs for a tree of a given size out of its tiles. The tiles are taken as they are: a proof made of wrong tiles
/// does not verify, so check it against the checkpoint before it leaves the house. Not thread-safe; it keeps the tiles
/// it has read, so make a new one for each batch.
/// </summary>
/// <param name="size">The size of the checkpoint that the proofs are for; the log may be longer by now.</param>
public sealed class ProofBuilder(long size, TileReader read)
{
    readonly TreeReader _tree = new(size, read);

    /// <summary>The root of the tree, as its tiles have it.</summary>
    /// <exception cref="LedgerCorruptException">A tile is missing or has the wrong length.</exception>
    public Hash Root() => size == 0 ? Merkle.EmptyRoot : _tree.Range(0, size);

    /// <summary>PATH(m, D[n]) of RFC 6962 section 2.1.1: the leaf's sibling first, the root's child last.</summary>
    /// <exception cref="LedgerCorruptException">A tile is missing or has the wrong length.</exception>
    public Hash[] Inclusion(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var path = new Stack<Hash>();
        var (from, to) = (0L, size);
        while (to - from > 1) (from, to) = Descend(path, from, to, index);
        return path.ToArray();
    }

    /// <summary>PROOF(m, D[n]) of RFC 6962 section 2.1.2: that this tree begins with the one of <paramref name="oldSize"/> entries.</summary>
    /// <param name="oldSize">At least 1, at most the size; for the size itself the proof is empty.</param>
    /// <exception cref="LedgerCorruptException">A tile is missing or has the wrong length.</exception>
    public Hash[] Consistency(long oldSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(oldSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(oldSize, size);
        var path = new Stack<Hash>();
        var (from, to) = (0L, size);
        while (to != oldSize) (from, to) = Descend(path, from, to, oldSize - 1);

        // The verifier knows the hash of the whole old tree already, but not that of a part of it.
        if (from > 0) path.Push(_tree.Range(from, to));
        return path.ToArray();
    }

    (long From, long To) Descend(Stack<Hash> path, long from, long to, long index)
    {
        var middle = from + TreeReader.LargestPowerBelow(to - from);
        if (index < middle)
        {
            path.Push(_tree.Range(middle, to));
            return (from, middle);
        }

        path.Push(_tree.Range(from, middle));
        return (middle, to);
    }
}
