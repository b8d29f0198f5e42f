using System.Collections.Concurrent;
using EdgeGateway.Devices;

namespace EdgeGateway.Tests.Support;

/// <summary>What was told of devices that are there or not, in its order.</summary>
sealed class SerialTestPresence : IDevicePresence
{
    readonly ConcurrentQueue<string> _told = new();

    public IReadOnlyCollection<string> Told => _told;

    public void Connected(Device device, bool tookOver) => _told.Enqueue($"{device.Id} there");

    public void Ended(Device device, ConnectionEnd how) => _told.Enqueue($"{device.Id} lost");
}
