namespace EdgeGateway.Ledger;

public sealed class TileMathTests
{
    [Fact]
    public void A_tree_of_seventy_thousand_has_the_tiles_of_the_specification()
    {
        Assert.Equal(3, TileMath.Levels(70_000));
        var paths = TileMath.Files(70_000).Select(path => path.ToString()).ToList();
        Assert.Equal(274 + 274 + 2 + 1, paths.Count);
        Assert.Equal(paths.Count, paths.Distinct().Count());
        Assert.Equal("tile/0/273.p/112", TileMath.PartialTile(0, 70_000).ToString());
        Assert.Equal("tile/entries/273.p/112", TileMath.PartialBundle(70_000).ToString());
        Assert.Equal(["tile/1/000", "tile/1/001.p/17"], TileMath.Tiles(1, 70_000).Select(path => path.ToString()));
        Assert.Equal(["tile/2/000.p/1"], TileMath.Tiles(2, 70_000).Select(path => path.ToString()));
    }

    [Fact]
    public void A_tree_of_one_full_tile_has_one_hash_above_it()
    {
        Assert.Equal(
            ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"], TileMath.Files(256).Select(path => path.ToString()));
    }

    [Fact]
    public void An_empty_tree_has_no_files()
    {
        Assert.Equal(0, TileMath.Levels(0));
        Assert.Empty(TileMath.Files(0));
    }

    [Theory]
    [InlineData(0, 0, 70_000, 256)]
    [InlineData(0, 273, 70_000, 112)]
    [InlineData(0, 274, 70_000, 0)]
    [InlineData(1, 1, 70_000, 17)]
    [InlineData(2, 0, 70_000, 1)]
    [InlineData(3, 0, 70_000, 0)]
    [InlineData(0, 1, 256, 0)]
    [InlineData(0, -1, 256, 0)]
    [InlineData(0, long.MaxValue, long.MaxValue, 0)]
    [InlineData(7, 0, long.MaxValue, 127)]
    [InlineData(8, 0, long.MaxValue, 0)]
    [InlineData(63, 0, long.MaxValue, 0)]
    public void The_width_of_a_tile_follows_from_the_size(int level, long number, long size, int width)
    {
        Assert.Equal(width, TileMath.Width(level, number, size));
    }

    [Fact]
    public void The_largest_tree_has_eight_levels()
    {
        Assert.Equal(8, TileMath.Levels(long.MaxValue));
    }
}
