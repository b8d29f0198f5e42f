namespace EdgeGateway.Ledger;

public sealed class MerkleTests
{
    [Fact]
    public void The_root_of_nothing_is_the_digest_of_nothing()
    {
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Merkle.EmptyRoot.ToString());
        Assert.Equal(TlogVectorReader.SmallRoots[0], Merkle.EmptyRoot);
    }

    [Fact]
    public void Leaf_hashes_are_those_of_the_vectors()
    {
        Assert.Equal(8, TlogVectorReader.SmallEntries.Length);
        Assert.Equal(TlogVectorReader.SmallLeaves, TlogVectorReader.SmallEntries.Select(entry => Merkle.LeafHash(entry)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1023)]
    [InlineData(1024)]
    [InlineData(4096)]
    [InlineData(65535)]
    public void A_leaf_of_any_length_is_hashed_behind_a_zero_byte(int length)
    {
        var entry = Enumerable.Range(0, length).Select(i => (byte)(i % 251)).ToArray();
        Assert.Equal(new Hash(System.Security.Cryptography.SHA256.HashData([0, .. entry])), Merkle.LeafHash(entry));
    }

    [Fact]
    public void Two_leaves_make_the_root_of_two()
    {
        Assert.Equal(TlogVectorReader.SmallRoots[2], Merkle.NodeHash(TlogVectorReader.SmallLeaves[0], TlogVectorReader.SmallLeaves[1]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void A_power_of_two_of_hashes_has_the_root_of_that_tree(int count)
    {
        var hashes = TlogVectorReader.SmallLeaves.Take(count).SelectMany(leaf => leaf.ToArray()).ToArray();
        Assert.Equal(TlogVectorReader.SmallRoots[count], Merkle.PerfectRoot(hashes));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3 * 32)]
    [InlineData(33)]
    [InlineData(512 * 32)]
    public void Other_counts_of_hashes_have_no_perfect_root(int bytes)
    {
        Assert.Throws<ArgumentException>(() => Merkle.PerfectRoot(new byte[bytes]));
    }

    [Fact]
    public void Every_inclusion_vector_verifies_and_no_altered_one_does()
    {
        var vectors = TlogVectorReader.SmallInclusion().ToList();
        Assert.Equal(26, vectors.Count);
        foreach (var (index, size, proof) in vectors)
        {
            var (leaf, root) = (TlogVectorReader.SmallLeaves[index], TlogVectorReader.SmallRoots[size]);
            Assert.True(Merkle.VerifyInclusion(index, size, leaf, proof, root));
            Assert.Equal(proof.Length, Merkle.InclusionLength(index, size));
            foreach (var altered in Altered(proof)) Assert.False(Merkle.VerifyInclusion(index, size, leaf, altered, root));

            Assert.False(Merkle.VerifyInclusion(index, size, Flip(leaf, 0), proof, root));
            Assert.False(Merkle.VerifyInclusion(index, size, leaf, proof, Flip(root, 255)));
            Assert.False(Merkle.VerifyInclusion(index - 1, size, leaf, proof, root));
            Assert.False(Merkle.VerifyInclusion(index + 1, size, leaf, proof, root));
            Assert.False(Merkle.VerifyInclusion(size, size, leaf, proof, root));
            Assert.False(Merkle.VerifyInclusion(-1, size, leaf, proof, root));
            Assert.False(Merkle.VerifyInclusion(index, 0, leaf, proof, root));
            Assert.False(Merkle.VerifyInclusion(index, -1, leaf, proof, root));
            Assert.False(Merkle.VerifyInclusion(long.MaxValue - 1, long.MaxValue, leaf, proof, root));
        }
    }

    [Fact]
    public void A_proof_does_not_verify_at_a_neighbouring_size_with_that_sizes_root()
    {
        foreach (var (index, size, proof) in TlogVectorReader.SmallInclusion())
        {
            var leaf = TlogVectorReader.SmallLeaves[index];
            if (size < 8) Assert.False(Merkle.VerifyInclusion(index, size + 1, leaf, proof, TlogVectorReader.SmallRoots[size + 1]));
            Assert.False(Merkle.VerifyInclusion(index, size - 1, leaf, proof, TlogVectorReader.SmallRoots[size - 1]));
        }
    }

    [Fact]
    public void Every_consistency_vector_verifies_and_no_altered_one_does()
    {
        var vectors = TlogVectorReader.SmallConsistency().ToList();
        Assert.Equal(36, vectors.Count);
        foreach (var (oldSize, newSize, proof) in vectors)
        {
            var (oldRoot, newRoot) = (TlogVectorReader.SmallRoots[oldSize], TlogVectorReader.SmallRoots[newSize]);
            Assert.True(Merkle.VerifyConsistency(oldSize, oldRoot, newSize, newRoot, proof));
            foreach (var altered in Altered(proof)) Assert.False(Merkle.VerifyConsistency(oldSize, oldRoot, newSize, newRoot, altered));

            Assert.False(Merkle.VerifyConsistency(oldSize, Flip(oldRoot, 7), newSize, newRoot, proof));
            Assert.False(Merkle.VerifyConsistency(oldSize, oldRoot, newSize, Flip(newRoot, 7), proof));
            if (oldSize == newSize) continue;
            Assert.False(Merkle.VerifyConsistency(oldSize, newRoot, newSize, oldRoot, proof));
            Assert.False(Merkle.VerifyConsistency(newSize, newRoot, oldSize, oldRoot, proof));
            Assert.False(Merkle.VerifyConsistency(oldSize - 1, TlogVectorReader.SmallRoots[oldSize - 1], newSize, newRoot, proof));
            Assert.False(Merkle.VerifyConsistency(oldSize, oldRoot, newSize - 1, TlogVectorReader.SmallRoots[newSize - 1], proof));
        }
    }

    [Fact]
    public void From_nothing_no_growth_is_proven()
    {
        Assert.False(Merkle.VerifyConsistency(0, Merkle.EmptyRoot, 0, Merkle.EmptyRoot, []));
        Assert.False(Merkle.VerifyConsistency(0, Merkle.EmptyRoot, 8, TlogVectorReader.SmallRoots[8], []));
        Assert.False(Merkle.VerifyConsistency(-1, Merkle.EmptyRoot, 8, TlogVectorReader.SmallRoots[8], []));
    }

    /// <summary>Each bit of each hash flipped, one hash less at either end, one more, and two exchanged.</summary>
    static IEnumerable<Hash[]> Altered(Hash[] proof)
    {
        for (var i = 0; i < proof.Length; i++)
        {
            for (var bit = 0; bit < 256; bit++)
            {
                var flipped = proof.ToArray();
                flipped[i] = Flip(proof[i], bit);
                yield return flipped;
            }
        }

        yield return [.. proof, default];
        yield return [default, .. proof];
        if (proof.Length == 0) yield break;
        yield return proof[..^1];
        yield return proof[1..];
        yield return [.. proof, proof[^1]];
        if (proof.Length > 1) yield return [proof[1], proof[0], .. proof[2..]];
    }

    static Hash Flip(Hash hash, int bit)
    {
        var bytes = hash.ToArray();
        bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        return new Hash(bytes);
    }
}
