using EdgeGateway.Bags;
using EdgeGateway.Ledger;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Bags;

/// <summary>What a bag of many items costs is the sum of what each costs.</summary>
public sealed class BagSizeTests
{
    [Fact]
    public void An_item_finds_its_files_and_no_other_items()
    {
        using var folder = new TempFolder();
        foreach (var name in (string[])["data/1/a", "data/1/history/7/leaf.json", "data/1/history/7/salt", "data/1/history/12/leaf.json", "data/10/a", "data/1-x", "data/11/history/7/leaf.json"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
            File.WriteAllText(folder[name], name);
        }

        foreach (var name in (string[])["bagit.txt", "bag-info.txt"]) File.WriteAllText(folder[name], BagPath.DeclarationText);
        ExportedBag.Remake(folder[""]);
        var bag = BagFolder.Open(folder[""]);

        Assert.Equal(["data/1/a", "data/1/history/12/leaf.json", "data/1/history/7/leaf.json", "data/1/history/7/salt"], bag.Below("data/1/"));
        Assert.Equal(["data/1/history/12", "data/1/history/7"], bag.Folders("data/1/history/"));
        Assert.Empty(bag.Below("data/2/"));
        Assert.Empty(bag.Below("e"));
    }

    [Fact]
    public void Of_many_anchors_an_item_is_shitems_its_items()
    {
        var index = new AnchorIndex();
        var random = new Random(9);
        var anchors = Enumerable.Range(0, 500).Select(i => Token(10 * i, random.Next(1000))).ToList();
        foreach (var anchor in anchors.OrderBy(_ => random.Next())) index.Add(anchor, default);

        Assert.Null(index.LatestBefore(0));
        for (var item = 1L; item < 5100; item += 37)
        {
            Assert.Equal(anchors.Where(anchor => anchor.Index < item).Max(anchor => anchor.Time), index.LatestBefore(item)!.Time);
        }

        Assert.Equal([anchors[7]], index.OfTree(70 + 1));
        Assert.Empty(index.OfTree(72));
    }

    [Fact]
    public async Task Each_item_more_takes_the_same_steps_more()
    {
        var counts = new List<int>();
        foreach (var count in (int[])[3, 6, 12])
        {
            await using var station = await ExportStation.OpenAsync();
            var items = new List<long>();
            for (var i = 0; i < count; i++) items.Add(await station.SealTextAsync($"{i}"));
            await station.ExportAsync("bag", [.. items]);
            counts.Add(ExportedBag.Verify(station["bag"]).Steps.Count);
        }

        Assert.Equal(2 * (counts[1] - counts[0]), counts[2] - counts[1]);
    }

    static BagAnchor Token(long index, int minute) => new(
        index, $"data/anchors/{index}", DateTimeOffset.UnixEpoch.AddMinutes(minute), new Checkpoint("station-01.example", index + 1, default), null, true);
}
