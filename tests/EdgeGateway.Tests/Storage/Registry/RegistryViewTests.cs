using System.Text.Json.Nodes;
using EdgeGateway.Profiles;
using EdgeGateway.Storage.Registry;
using EdgeGateway.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Tests.Storage.Registry;

public sealed class RegistryViewTests : IDisposable
{
    readonly StorageFolder _folder = new();
    readonly LedgerEntries _ledger = LedgerEntries.WithGenesis();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_device_is_what_its_newest_entry_says()
    {
        var added = _ledger.At;
        _ledger.AddDevice("meter-1", "add", new JsonObject { ["line"] = "/dev/ttyS1", ["mn"] = "0123", ["note.$x"] = "1" }, "c1");
        _ledger.At = added.AddDays(1);
        _ledger.AddDevice("meter-1", "credential", new JsonObject { ["line"] = "/dev/ttyS1", ["mn"] = "0123", ["note.$x"] = "1" }, "c2");
        _ledger.At = added.AddDays(2);
        var last = _ledger.AddDevice("meter-1", "change", new JsonObject { ["line"] = "/dev/ttyS2", ["mn"] = "0123", ["note.$x"] = "2" }, null);
        using var views = Applied();

        var device = views.FindDevice("meter-1")!;

        Assert.Equal("camera-mqtt", device.ProfileId);
        Assert.Equal(3, device.ProfileRevision);
        Assert.Equal("/dev/ttyS2", device.Line);
        Assert.Equal("0123", device.Mn);
        Assert.Equal("2", device.Values["note.$x"]);
        Assert.Equal("c2", device.CredentialId);
        Assert.Equal(3, device.RegistryIndex);
        Assert.Equal(LedgerEntries.LeafHash(last.Leaf.Span), device.RegistryLeaf);
        Assert.Equal(added, device.AddedAt);
        Assert.Equal(added.AddDays(2), device.ChangedAt);
        Assert.Equivalent(device, Assert.Single(views.Devices()));
        Assert.Null(views.FindDevice("meter-2"));
    }

    [Fact]
    public void A_batch_of_entries_takes_effect_at_its_last_one_also_across_a_restart()
    {
        JsonObject Part(int n) => new() { ["id"] = "import-1", ["n"] = n, ["of"] = 3 };
        _ledger.AddDevice("a", "add", [], null, Part(1));
        _ledger.AddDevice("b", "add", [], null, Part(2));
        using (var views = Applied())
        {
            Assert.Empty(views.Devices());
            Assert.Equal(_ledger.Size, views.Position);
        }

        _ledger.AddDevice("c", "add", [], null, Part(3));
        using (var views = Applied())
        {
            Assert.Equal(["a", "b", "c"], views.Devices().Select(device => device.Id));
            Assert.Equal([1L, 2L, 3L], views.Devices().Select(device => device.RegistryIndex));
            Assert.Equal(LedgerEntries.LeafHash(_ledger.Records[1].Leaf.Span), views.Devices()[0].RegistryLeaf);
        }
    }

    [Fact]
    public void The_directory_serves_devices_with_a_profile_and_names_the_others()
    {
        _ledger.AddDevice("meter-1", "add", new JsonObject { ["line"] = "/dev/ttyS1", ["mn"] = "0123" }, "c1");
        _ledger.AddDevice("meter-2", "add", [], "c2");
        _ledger.AddDevice("Not An Id", "add", [], "c3");
        using var views = Applied();
        var profiles = new Dictionary<string, DeviceProfile> { ["camera-mqtt"] = Camera() };
        var directory = new DeviceDirectory(profiles.GetValueOrDefault);
        var changes = 0;
        directory.Changed += () => changes++;
        Assert.Empty(directory.Current.All);

        directory.Load(views.Devices());

        Assert.Equal(1, changes);
        Assert.Equal(["Not An Id"], directory.LeftOut);
        var device = directory.Current.FindByMn("/dev/ttyS1", "0123")!;
        Assert.Equal("meter-1", device.Id.Value);
        Assert.Equal(1, device.RegistryIndex);
        Assert.Equal(LedgerEntries.LeafHash(_ledger.Records[1].Leaf.Span), device.RegistryLeaf);
        Assert.NotNull(directory.Current.Find("meter-2"));

        profiles.Clear();
        directory.Load(views.Devices());
        Assert.Equal(3, directory.LeftOut.Count);
        Assert.Empty(directory.Current.All);
    }

    static DeviceProfile Camera() => new()
    {
        Id = "camera-mqtt",
        Revision = 3,
        Sha256 = default,
        Title = new Dictionary<string, string>(),
        Wire = WireKind.Mqtt,
        Messages = [],
        Silence = TimeSpan.FromMinutes(5),
    };

    LedgerViews Applied()
    {
        var views = LedgerViews.Open(_folder.Path, _ledger, NullLogger.Instance);
        while (ViewUpdater.CatchUp(_ledger, views, 100) > 0)
        {
        }

        return views;
    }
}
