namespace EdgeGateway.Ledger;

public sealed class TilePathTests
{
    [Theory]
    [InlineData(0, "tile/0/000")]
    [InlineData(999, "tile/0/999")]
    [InlineData(1000, "tile/0/x001/000")]
    [InlineData(1234067, "tile/0/x001/x234/067")]
    [InlineData(123456789, "tile/0/x123/x456/789")]
    [InlineData(long.MaxValue, "tile/0/x009/x223/x372/x036/x854/x775/807")]
    public void Numbers_are_written_in_groups_of_three_digits(long number, string text)
    {
        Assert.Equal(text, TilePath.ForHashes(0, number).ToString());
        Assert.True(TilePath.TryParse(text, out var path));
        Assert.Equal(TilePath.ForHashes(0, number), path);
    }

    [Fact]
    public void Level_width_and_kind_are_written_and_read_back()
    {
        foreach (var path in (TilePath[])
        [
            TilePath.ForHashes(63, 5, 1), TilePath.ForHashes(2, 1_000_000, 255), TilePath.ForEntries(0, 8), TilePath.ForEntries(4321),
        ])
        {
            Assert.True(TilePath.TryParse(path.ToString(), out var read));
            Assert.Equal(path, read);
        }

        Assert.Equal("tile/63/005.p/1", TilePath.ForHashes(63, 5, 1).ToString());
        Assert.Equal("tile/entries/000.p/8", TilePath.ForEntries(0, 8).ToString());
        Assert.Equal("tile/entries/x004/321", TilePath.ForEntries(4321, 7).Full.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("tile")]
    [InlineData("tile/0")]
    [InlineData("tile/0/")]
    [InlineData("/tile/0/000")]
    [InlineData("tile/0/000/")]
    [InlineData("tile//000")]
    [InlineData("tile/00/000")]
    [InlineData("tile/64/000")]
    [InlineData("tile/-1/000")]
    [InlineData("tile/+1/000")]
    [InlineData("tile/data/000")]
    [InlineData("tile/Entries/000")]
    [InlineData("tile/8/0/000")]
    [InlineData("tile/0/0")]
    [InlineData("tile/0/0000")]
    [InlineData("tile/0/x001")]
    [InlineData("tile/0/001/000")]
    [InlineData("tile/0/x000/000")]
    [InlineData("tile/0/x000/x001/000")]
    [InlineData("tile/0/X001/000")]
    [InlineData("tile/0/x01/000")]
    [InlineData("tile/0/00a")]
    [InlineData("tile/0/\u0660\u0660\u0660")]
    [InlineData("tile/0/000.p")]
    [InlineData("tile/0/000.p/")]
    [InlineData("tile/0/000.p/0")]
    [InlineData("tile/0/000.p/256")]
    [InlineData("tile/0/000.p/01")]
    [InlineData("tile/0/000.p/+1")]
    [InlineData("tile/0/000.p/1/2")]
    [InlineData("tile/0/000.P/1")]
    [InlineData("tile/0/000/1")]
    [InlineData("tile/0/.p/1")]
    [InlineData("tile/0/../000")]
    [InlineData("tile/0/000\n")]
    [InlineData("tile/0/x009/x223/x372/x036/x854/x775/808")]
    [InlineData("tile/0/x001/x009/x223/x372/x036/x854/x775/807")]
    public void Every_other_spelling_is_refused(string? text)
    {
        Assert.False(TilePath.TryParse(text, out _));
    }

    [Fact]
    public void What_random_text_is_accepted_is_written_again_alike()
    {
        var random = new Random(20261122);
        const string alphabet = "0123456789x/.p/tile/entries/";
        var accepted = 0;
        for (var i = 0; i < 10_000; i++)
        {
            var text = (random.Next(2) == 0 ? "tile/0/" : "tile/entries/")
                + string.Concat(Enumerable.Range(0, random.Next(9)).Select(_ => alphabet[random.Next(alphabet.Length)]));
            if (!TilePath.TryParse(text, out var path)) continue;
            accepted++;
            Assert.Equal(text, path.ToString());
        }

        Assert.True(accepted > 0);
    }

    [Theory]
    [InlineData(-1, 0, 1)]
    [InlineData(64, 0, 1)]
    [InlineData(0, -1, 1)]
    [InlineData(0, 0, 0)]
    [InlineData(0, 0, 257)]
    public void A_tile_that_can_not_be_is_not_made(int level, long number, int width)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TilePath.ForHashes(level, number, width));
    }
}
