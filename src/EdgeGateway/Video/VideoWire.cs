using EdgeGateway.Devices;
using EdgeGateway.Gateway;
using EdgeGateway.Profiles;

namespace EdgeGateway.Video;

/// <summary>Records the stream of every registered camera.</summary>
sealed class VideoWire(
    IDeviceDirectory directory, GatewayData data, SegmentSealing sealing, VideoOptions options, IDevicePresence presence, TimeProvider time, VideoEvents events)
    : RegistryFollower<DevicePlan>(directory)
{
    protected override IReadOnlyDictionary<string, DevicePlan> Wanted(DeviceSnapshot devices)
    {
        // In the order of ids, so that the same registry always gives the same streams.
        var cameras = devices.All.Where(device => device is { Profile.Wire: WireKind.Video, Stream: not null }).OrderBy(device => device.Id.Value, StringComparer.Ordinal).ToList();
        foreach (var device in cameras.Skip(options.MaximumStreams)) events.Lost(device.Id, $"there are more than {options.MaximumStreams} streams: raise Video:MaximumStreams.");
        return cameras.Take(options.MaximumStreams).ToDictionary(device => device.Id.Value, device => new DevicePlan(device));
    }

    protected override Task RunAsync(string name, DevicePlan plan, CancellationToken closing) =>
        new VideoStream(plan.Device, new StreamFolder(Path.Combine(data.Path, "streams", name)), sealing, data.Ledger, options, presence, time, events).RunAsync(closing);
}
