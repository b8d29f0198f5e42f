using EdgeGateway.Devices;
using EdgeGateway.Profiles;

namespace EdgeGateway.Storage.Registry;

/// <summary>
/// The registered devices for the wires. <see cref="Load"/> is called by whoever applied <c>device</c> entries, one
/// thread at a time; the rest is for any number of threads.
/// </summary>
/// <param name="profiles">The profile with this id, or null if none is loaded.</param>
public sealed class DeviceDirectory(Func<string, DeviceProfile?> profiles) : IDeviceDirectory
{
    DeviceSnapshot _current = DeviceSnapshot.Empty;
    IReadOnlyList<string> _leftOut = [];

    public event Action? Changed;

    public DeviceSnapshot Current => Volatile.Read(ref _current);

    /// <summary>Devices that cannot be served, by id: their profile is not loaded, or their id is none.</summary>
    public IReadOnlyList<string> LeftOut => Volatile.Read(ref _leftOut);

    /// <summary>Replaces the snapshot by these devices, then raises <see cref="Changed"/>.</summary>
    public void Load(IEnumerable<RegisteredDevice> devices)
    {
        var served = new List<Device>();
        var leftOut = new List<string>();
        foreach (var device in devices)
        {
            if (DeviceId.TryParse(device.Id, out var id) && device.ProfileId is not null && profiles(device.ProfileId) is { } profile)
            {
                served.Add(new Device
                {
                    Id = id,
                    Profile = profile,
                    Line = device.Line,
                    Broker = device.Broker,
                    Mn = device.Mn,
                    Unit = device.Unit,
                    Folder = device.Folder,
                    Stream = device.Stream,
                    IsBench = device.IsBench,
                    RegistryIndex = device.RegistryIndex,
                    RegistryLeaf = device.RegistryLeaf,
                });
            }
            else
            {
                leftOut.Add(device.Id);
            }
        }

        Volatile.Write(ref _leftOut, leftOut);
        Interlocked.Exchange(ref _current, new DeviceSnapshot(served));
        Changed?.Invoke();
    }
}
