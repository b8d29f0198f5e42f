using EdgeGateway.Support;

namespace EdgeGateway.Ledger;

public sealed class ProofBuilderTests
{
    [Fact]
    public void Every_small_inclusion_vector_is_made_from_tiles()
    {
        foreach (var (index, size, proof) in TlogVectorReader.SmallInclusion())
            Assert.Equal(proof, new ProofBuilder(size, Small((int)size).Read).Inclusion(index));
    }

    [Fact]
    public void Every_small_consistency_vector_is_made_from_tiles()
    {
        foreach (var (oldSize, newSize, proof) in TlogVectorReader.SmallConsistency())
            Assert.Equal(proof, new ProofBuilder(newSize, Small((int)newSize).Read).Consistency(oldSize));
    }

    [Fact]
    public void Proofs_across_tile_levels_are_those_of_the_vectors()
    {
        var vectors = TlogVectorReader.LargeInclusion().ToList();
        Assert.Equal(3, vectors.Count);
        foreach (var (size, index, count, sha256) in vectors)
        {
            var proof = new ProofBuilder(size, TlogMemoryLog.Large.Value.Read).Inclusion(index);
            Assert.Equal((count, sha256), (proof.Length, TlogVectorReader.Digest(proof)));
        }
    }

    [Fact]
    public void Growth_across_tile_levels_is_that_of_the_vectors()
    {
        var vectors = TlogVectorReader.LargeConsistency().ToList();
        Assert.Equal(5, vectors.Count);
        foreach (var (oldSize, newSize, count, sha256) in vectors)
        {
            var log = TlogMemoryLog.Large.Value.At((int)newSize);
            var proof = new ProofBuilder(newSize, log.Read).Consistency(oldSize);
            Assert.Equal((count, sha256), (proof.Length, TlogVectorReader.Digest(proof)));
            Assert.True(Merkle.VerifyConsistency(oldSize, log.Roots[(int)oldSize], newSize, log.Root, proof));
        }
    }

    [Fact]
    public void Every_proof_of_every_small_size_verifies()
    {
        var roots = TlogMemoryLog.OfTexts(70).Roots;
        for (var size = 1; size <= 70; size++)
        {
            var log = TlogMemoryLog.OfTexts(size);
            var builder = new ProofBuilder(size, log.Read);
            Assert.Equal(roots[size], builder.Root());
            for (var i = 0; i < size; i++)
            {
                Assert.True(Merkle.VerifyInclusion(i, size, TextLeaf(i), builder.Inclusion(i), roots[size]));
                Assert.True(Merkle.VerifyConsistency(i + 1, roots[i + 1], size, roots[size], builder.Consistency(i + 1)));
            }
        }
    }

    [Theory]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(512)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(70_000)]
    public void Proofs_around_the_edges_of_tiles_verify(int size)
    {
        var log = TlogMemoryLog.Large.Value.At(size);
        var builder = new ProofBuilder(size, log.Read);
        foreach (var index in (int[])[0, 1, 127, 128, 254, 255, 256, 257, 511, 512, 65_534, 65_535, 65_536, 69_887, 69_888, size - 2, size - 1])
        {
            if (index >= size) continue;
            Assert.True(Merkle.VerifyInclusion(index, size, TextLeaf(index), builder.Inclusion(index), log.Root));
            Assert.True(Merkle.VerifyConsistency(index + 1, log.Roots[index + 1], size, log.Root, builder.Consistency(index + 1)));
        }
    }

    [Fact]
    public void A_partial_tile_that_is_gone_is_read_from_the_full_one()
    {
        var (older, newer) = (TlogMemoryLog.OfTexts(300), TlogMemoryLog.Large.Value);
        var builder = new ProofBuilder(300, newer.Read);
        Assert.Equal(older.Root, builder.Root());
        Assert.True(Merkle.VerifyInclusion(299, 300, TextLeaf(299), builder.Inclusion(299), older.Root));
    }

    [Fact]
    public void A_missing_tile_and_one_of_the_wrong_length_are_named()
    {
        var log = TlogMemoryLog.OfTexts(300);
        log.Files["tile/0/000"] = log.Files["tile/0/000"][..^1];
        var failure = Assert.Throws<LedgerCorruptException>(() => new ProofBuilder(300, log.Read).Inclusion(3));
        Assert.Equal("tile/0/000 has 8191 bytes and not 8192.", failure.Message);

        log.Files.Remove("tile/0/000");
        failure = Assert.Throws<LedgerCorruptException>(() => new ProofBuilder(300, log.Read).Inclusion(3));
        Assert.Equal("tile/0/000 is missing.", failure.Message);
    }

    [Fact]
    public void Numbers_outside_the_tree_are_the_callers_error()
    {
        var builder = new ProofBuilder(8, Small(8).Read);
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.Inclusion(8));
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.Inclusion(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.Consistency(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.Consistency(9));
        Assert.Equal(Merkle.EmptyRoot, new ProofBuilder(0, Small(8).Read).Root());
    }

    static TlogMemoryLog Small(int size) => TlogMemoryLog.Build(TlogVectorReader.SmallEntries.Take(size));

    static Hash TextLeaf(int index) => Merkle.LeafHash(System.Text.Encoding.ASCII.GetBytes($"entry-{index}"));
}
