using EdgeGateway.Devices;
using EdgeGateway.Profiles;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Profiles;

public sealed class ProfilePlanTests : IDisposable
{
    readonly TempFolder _before = new();
    readonly TempFolder _after = new();

    public void Dispose()
    {
        _before.Dispose();
        _after.Dispose();
    }

    [Fact]
    public void The_same_files_change_nothing()
    {
        var plan = Plan(_ => { });

        Assert.Empty(plan.Changes);
        Assert.Empty(plan.Effects);
        Assert.Equal(3, plan.Unaffected);
    }

    [Fact]
    public void A_device_keeps_its_connection_where_only_rules_change()
    {
        var plan = Plan(_ => Edit("camera-mqtt", "revision: 1", "revision: 2"));

        Assert.Equal([("camera-mqtt", 1, 2, false)], plan.Changes.Select(change => (change.Id, change.From!.Revision, change.To!.Revision, change.KeepsRevision)));
        Assert.Equal([("cam-01", ProfileEffect.Kept)], plan.Effects.Select(effect => (effect.Device.Value, effect.Effect)));
        Assert.Equal(2, plan.Unaffected);
    }

    [Fact]
    public void A_changed_file_of_the_same_revision_is_told()
    {
        Assert.True(Assert.Single(Plan(_ => Edit("camera-mqtt", "silence: 10m", "silence: 11m")).Changes).KeepsRevision);
    }

    [Fact]
    public void A_device_reconnects_where_the_largest_packet_is_another()
    {
        Assert.Equal(ProfileEffect.Reconnects, Assert.Single(Plan(_ => Edit("camera-mqtt", "maximumSize: 4 MiB", "maximumSize: 5 MiB")).Effects).Effect);
    }

    [Fact]
    public void A_line_is_opened_anew_where_it_is_set_otherwise()
    {
        var effect = Assert.Single(Plan(_ => Edit("hj212-serial", "baudRate: 9600", "baudRate: 19200")).Effects);

        Assert.Equal(("analyser-01", ProfileEffect.LineReopens), (effect.Device.Value, effect.Effect));
    }

    [Fact]
    public void A_device_whose_profile_is_gone_or_for_another_wire_is_stranded()
    {
        var plan = Plan(folder => File.Delete(Path.Combine(folder, "recorder-dock-mqtt.yaml")));

        Assert.Null(Assert.Single(plan.Changes).To);
        Assert.Equal(("dock-01", ProfileEffect.Stranded), (Assert.Single(plan.Effects).Device.Value, plan.Effects[0].Effect));
    }

    ProfilePlan Plan(Action<string> edit)
    {
        foreach (var file in Directory.GetFiles(Path.Combine(DocsFolder.Root, "device-profiles"), "*.yaml"))
        {
            File.Copy(file, _before[Path.GetFileName(file)]);
            File.Copy(file, _after[Path.GetFileName(file)]);
        }

        edit(_after.Path);
        var before = Load(_before.Path);
        return ProfilePlan.Of(before, Load(_after.Path), new DeviceSnapshot(
        [
            Device("cam-01", before.Find("camera-mqtt")!), Device("dock-01", before.Find("recorder-dock-mqtt")!),
            Device("analyser-01", before.Find("hj212-serial")!) with { Line = "/dev/ttyS0", Mn = "010000A8900016F000169DC0" },
        ]));
    }

    void Edit(string profile, string old, string edited)
    {
        var path = _after[$"{profile}.yaml"];
        var text = File.ReadAllText(path);
        Assert.Contains(old, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(old, edited, StringComparison.Ordinal));
    }

    static ProfileCatalog Load(string folder)
    {
        var reading = ProfileCatalog.Load(folder);
        Assert.Empty(reading.Errors);
        return reading.Catalog;
    }

    static Device Device(string id, DeviceProfile profile) =>
        new() { Id = DeviceId.Parse(id), Profile = profile, RegistryIndex = 1, RegistryLeaf = default };
}
