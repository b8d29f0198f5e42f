using System.Text.Json.Nodes;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Registry;
using EdgeGateway.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Tests.Storage.Registry;

/// <summary>What registry.db keeps beside the devices' newest state: anchors, histories, earlier states.</summary>
public sealed class RegistryPartTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("edgegw-parts-").FullName;
    readonly LedgerEntries _entries = LedgerEntries.WithGenesis();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void An_item_lies_between_the_anchor_before_it_and_the_first_tree_that_holds_it()
    {
        AddTimestamp(size: 1);
        var item = _entries.AddEvidence("cam-01");
        AddTimestamp(size: 2);
        AddTimestamp(size: 4);
        _entries.Add("anchor", "gateway", new JsonObject { ["type"] = "cosignature", ["by"] = "w", ["size"] = 4, ["time"] = LedgerEntries.Time(_entries.At) });
        using var views = Apply();

        Assert.Equal(1, views.LastAnchorBefore(AnchorType.Timestamp, item.Index)!.Index);
        Assert.Null(views.LastAnchorBefore(AnchorType.Cosignature, item.Index));
        Assert.Equal(4, Assert.Single(views.AnchorsCovering(AnchorType.Timestamp, item.Index, 1)).Index);
        Assert.Equal(5, Assert.Single(views.AnchorsCovering(AnchorType.Cosignature, item.Index, 9)).Index);
        Assert.Empty(views.AnchorsCovering(AnchorType.Timestamp, 4, 9));
    }

    [Fact]
    public void The_history_of_an_item_is_every_entry_that_speaks_of_it_in_order()
    {
        var item = _entries.AddEvidence("cam-01");
        var other = _entries.AddEvidence("cam-01");
        About("custody", item, new JsonObject { ["action"] = "view" });
        About("custody", other, new JsonObject { ["action"] = "view" });
        About("review", item, new JsonObject { ["result"] = "passed", ["source"] = "person" });
        using var views = Apply();

        Assert.Equal([3, 5], views.HistoryOf(item.Index));
        Assert.Equal([4], views.HistoryOf(other.Index));
        Assert.Empty(views.HistoryOf(0));
    }

    [Fact]
    public void Half_of_a_batch_of_reviews_does_not_show()
    {
        var first = _entries.AddEvidence("cam-01");
        var second = _entries.AddEvidence("cam-01");
        About("review", first, new JsonObject { ["result"] = "passed" }, new JsonObject { ["id"] = "b1", ["n"] = 1, ["of"] = 2 });
        using (var views = Apply()) Assert.Empty(views.HistoryOf(first.Index));
        About("review", second, new JsonObject { ["result"] = "passed" }, new JsonObject { ["id"] = "b1", ["n"] = 2, ["of"] = 2 });
        using (var views = Apply())
        {
            Assert.Equal([3], views.HistoryOf(first.Index));
            Assert.Equal([4], views.HistoryOf(second.Index));
        }
    }

    [Fact]
    public void Each_state_of_a_device_is_found_by_the_leaf_that_evidence_names()
    {
        var added = _entries.Add("device", "device/cam-01", new JsonObject { ["action"] = "add" });
        var changed = _entries.Add("device", "device/cam-01", new JsonObject { ["action"] = "change" });
        using var views = Apply();

        Assert.Equal(added.Index, views.FindDeviceState(LedgerEntries.LeafHash(added.Leaf.Span)));
        Assert.Equal(changed.Index, views.FindDeviceState(LedgerEntries.LeafHash(changed.Leaf.Span)));
        Assert.Null(views.FindDeviceState(default));
    }

    void AddTimestamp(long size) => _entries.Add("anchor", "gateway", new JsonObject
    {
        ["type"] = "timestamp",
        ["by"] = "tsa-1",
        ["size"] = size,
        ["time"] = LedgerEntries.Time(_entries.At),
        ["notAfter"] = LedgerEntries.Time(_entries.At.AddYears(1)),
    });

    void About(string kind, LedgerRecord item, JsonObject body, JsonObject? batch = null)
    {
        body["item"] = new JsonObject { ["index"] = item.Index, ["leaf"] = LedgerEntries.LeafHash(item.Leaf.Span).ToString() };
        _entries.Add(kind, "device/cam-01", body, batch: batch);
    }

    LedgerViews Apply()
    {
        var views = LedgerViews.Open(_folder, _entries, NullLogger.Instance);
        ViewUpdater.CatchUp(_entries, views, 100);
        return views;
    }
}
