using System.Text;
using EdgeGateway.Ledger;

namespace EdgeGateway.Tests.Ledger;

public sealed class TreeEdgeTests
{
    [Theory]
    [InlineData(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData(1, "40766b2033429026f53d54502679a839706b4741f8dcaf3a8bba5f41b5ffe075")]
    [InlineData(255, "45da9f374748e17a372f71c00422b12e2bf96842f1f61c5740fe494e4becff0f")]
    [InlineData(256, "f85f4ead34080710b4d1e808301543aaab81aa04deb88599350dc26a4f2f58de")]
    [InlineData(257, "918b1cec64f317c76e3cf55c0536841c039eff06772ebb8828ce7c176028b5ac")]
    [InlineData(513, "086688832155761797c0047f40c8f9d84302d9a9af6d2630d890ffb848dd533f")]
    [InlineData(65535, "ef9727904944e47fac4b347c1fb33fceb917dce3d314e2c20b2d0fcfe110c281")]
    [InlineData(65536, "df2c606d114416fa600bf3495152e09e39e8be3d0e2e5501c352826539abda8e")]
    [InlineData(65537, "b63007bf60359bdcbc1d1ef1ed256fe359d2b9d15aba68a3cee30a832f40c79e")]
    [InlineData(70000, "a62a54be33294ffd5a5c4c637fd754630b71a892e8356e3a666a5c8a7ffd1518")]
    public void Roots_are_those_of_golang_x_mod(int size, string root) => Assert.Equal(root, Grow(size, out _).Root().ToString());

    [Fact]
    public void Full_tiles_are_handed_over_once_each_from_the_lowest_level_up()
    {
        var edge = Grow(70_000, out var tiles);

        Assert.Equal(273 + 1, tiles.Count);
        Assert.Equal("a7dec3f9664143f7bf3d9bef2a7f5ac8e2f9b2d9f2c3a5e476a16801d6f2f4ac", Sha256(tiles["tile/0/272"]));
        Assert.Equal("3f2180f39b716a1f9ba5b330e55deac1781861f2854c705884f31806688285e0", Sha256(tiles["tile/1/000"]));
        Assert.Equal("41c090f240cc1bbcec93391099da9f3bde6e87927975e789b8f7794061b27f1d", Sha256(edge.Partial(0)));
        Assert.Equal("e7be92bf44b56bfc274e384835c09a9b949542f7ef3bed21a46195a871173926", Sha256(edge.Partial(1)));
        Assert.Equal("a39abb517974ee0fe428abf332453555ac40e6bdf705bb4a4bf919dfa6b3b24c", Sha256(edge.Partial(2)));
        Assert.Equal(3, edge.Levels);
    }

    [Fact]
    public void At_every_size_it_agrees_with_the_compact_range_and_comes_back_from_its_partial_tiles()
    {
        var edge = new TreeEdge();
        var range = new CompactRange();
        for (var size = 0; size < 1300; size++)
        {
            Assert.Equal(range.Root(), edge.Root());
            var partials = Enumerable.Range(0, edge.Levels).Select(level => (ReadOnlyMemory<byte>)edge.Partial(level).ToArray()).ToList();
            var restored = TreeEdge.Restore(size, partials);
            Assert.Equal(edge.Root(), restored.Root());

            var (tiles, restoredTiles) = (new List<string>(), new List<string>());
            edge.Append(Leaf(size), (path, hashes) => tiles.Add($"{path} {Sha256(hashes)}"));
            restored.Append(Leaf(size), (path, hashes) => restoredTiles.Add($"{path} {Sha256(hashes)}"));
            range.Append(Leaf(size));
            Assert.Equal(tiles, restoredTiles);
            Assert.Equal(edge.Root(), restored.Root());
        }
    }

    [Fact]
    public void Partial_tiles_that_are_not_those_of_the_size_are_refused()
    {
        ReadOnlyMemory<byte> one = new byte[32], none = ReadOnlyMemory<byte>.Empty;

        Assert.Throws<ArgumentException>(() => TreeEdge.Restore(1, []));
        Assert.Throws<ArgumentException>(() => TreeEdge.Restore(1, [none]));
        Assert.Throws<ArgumentException>(() => TreeEdge.Restore(256, [none]));
        Assert.Throws<ArgumentException>(() => TreeEdge.Restore(256, [one, one]));
        Assert.Throws<ArgumentException>(() => TreeEdge.Restore(0, [one]));
        Assert.Throws<ArgumentException>(() => TreeEdge.Restore(1, [.. Enumerable.Repeat(one, 9)]));
        Assert.Throws<ArgumentException>(() => TreeEdge.Restore(1, [new byte[33]]));
        Assert.Equal(256, TreeEdge.Restore(256, [none, one]).Size);
    }

    static TreeEdge Grow(int size, out Dictionary<string, byte[]> tiles)
    {
        var edge = new TreeEdge();
        var full = new Dictionary<string, byte[]>();
        for (var i = 0; i < size; i++) edge.Append(Leaf(i), (path, hashes) => full.Add(path.ToString(), hashes.ToArray()));
        tiles = full;
        return edge;
    }

    static Hash Leaf(int number) => Merkle.LeafHash(Encoding.UTF8.GetBytes($"entry-{number}"));

    static string Sha256(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
}
