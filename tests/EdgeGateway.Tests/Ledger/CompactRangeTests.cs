using EdgeGateway.Support;

namespace EdgeGateway.Ledger;

public sealed class CompactRangeTests
{
    [Fact]
    public void The_roots_of_the_small_tree_are_those_of_the_vectors()
    {
        var range = new CompactRange();
        Assert.Equal(TlogVectorReader.SmallRoots[0], range.Root());
        foreach (var leaf in TlogVectorReader.SmallLeaves)
        {
            range.Append(leaf);
            Assert.Equal(TlogVectorReader.SmallRoots[range.Size], range.Root());
        }
    }

    [Fact]
    public void The_roots_of_the_large_tree_are_those_of_the_vectors()
    {
        var roots = TlogVectorReader.LargeRoots().ToList();
        Assert.Equal(11, roots.Count);
        Assert.All(roots, vector => Assert.Equal(vector.Root, TlogMemoryLog.Large.Value.Roots[vector.Size]));
    }

    [Fact]
    public void The_completed_hashes_make_the_tiles_of_the_vectors()
    {
        var tiles = TlogVectorReader.LargeTiles().ToList();
        Assert.Equal(6, tiles.Count);
        foreach (var (path, length, sha256, first) in tiles)
        {
            var tile = TlogMemoryLog.Large.Value.Files[path];
            Assert.Equal(length, tile.Length);
            Assert.Equal(sha256, new Hash(System.Security.Cryptography.SHA256.HashData(tile)));
            Assert.Equal(first, new Hash(tile.AsSpan(0, 32)));
        }

        Assert.Equal(
            TlogVectors.SmallTileSha256,
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(TlogMemoryLog.Build(TlogVectorReader.SmallEntries).Files["tile/0/000.p/8"])));
    }

    [Fact]
    public void A_range_restored_at_any_size_goes_on_as_the_first_one_would()
    {
        var range = new CompactRange();
        for (var i = 0; i < 700; i++)
        {
            var frontier = new Hash[range.FrontierLength];
            range.CopyFrontierTo(frontier);
            var restored = CompactRange.Restore(range.Size, frontier);
            Assert.Equal(range.Root(), restored.Root());

            var leaf = Merkle.LeafHash([(byte)(i % 251)]);
            range.Append(leaf);
            restored.Append(leaf);
            Assert.Equal(range.Root(), restored.Root());
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(5, 1)]
    [InlineData(5, 3)]
    public void A_frontier_of_the_wrong_length_is_refused(long size, int hashes)
    {
        Assert.Throws<ArgumentException>(() => CompactRange.Restore(size, new Hash[hashes]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(66_000)]
    public void The_right_edge_comes_back_from_the_tiles(int size)
    {
        var log = TlogMemoryLog.OfTexts(size);
        Assert.Equal(log.Root, CompactRange.FromTiles(size, log.Read).Root());
    }

    [Fact]
    public void A_missing_tile_of_the_right_edge_is_named()
    {
        var log = TlogMemoryLog.OfTexts(300);
        log.Files.Remove("tile/1/000.p/1");
        var failure = Assert.Throws<LedgerCorruptException>(() => CompactRange.FromTiles(300, log.Read));
        Assert.Contains("tile/1/000.p/1", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whole_subtrees_may_be_appended_where_they_fit()
    {
        var completed = new Hash[CompactRange.MaximumTileHashes];
        var range = new CompactRange();
        range.Append(2, TlogVectorReader.SmallRoots[4], completed);
        foreach (var leaf in TlogVectorReader.SmallLeaves[4..]) range.Append(leaf);
        Assert.Equal(TlogVectorReader.SmallRoots[8], range.Root());

        range.Append(default);
        Assert.Throws<ArgumentException>(() => range.Append(1, default, completed));
        Assert.Throws<ArgumentException>(() => range.Append(63, default, completed));
    }

    [Fact]
    public void Appends_can_be_taken_back()
    {
        var (range, kept) = (new CompactRange(), new CompactRange());
        foreach (var leaf in TlogVectorReader.SmallLeaves[..5]) range.Append(leaf);
        kept.CopyFrom(range);
        foreach (var leaf in TlogVectorReader.SmallLeaves[5..]) range.Append(leaf);
        range.CopyFrom(kept);
        Assert.Equal((5, TlogVectorReader.SmallRoots[5]), (range.Size, range.Root()));
    }

    [Fact]
    public void Appending_and_taking_the_root_allocate_nothing()
    {
        var range = new CompactRange();
        var completed = new Hash[CompactRange.MaximumTileHashes];
        var entry = new byte[900];
        for (var i = 0; i < 300; i++) AppendAndRoot();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) AppendAndRoot();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void AppendAndRoot()
        {
            range.Append(Merkle.LeafHash(entry), completed);
            range.Root();
        }
    }
}
