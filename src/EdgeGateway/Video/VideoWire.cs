using System.Threading.Channels;
using EdgeGateway.Devices;
using EdgeGateway.Gateway;
using EdgeGateway.Profiles;

namespace EdgeGateway.Video;

/// <summary>Records the stream of every registered camera, as the registry changes.</summary>
sealed class VideoWire(
    IDeviceDirectory directory, GatewayData data, SegmentSealing sealing, VideoOptions options, IDevicePresence presence, TimeProvider time, VideoEvents events)
    : BackgroundService
{
    readonly Dictionary<string, Open> _open = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // One slot is enough to say "look again": what does not fit is said already.
        var changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        void Signal() => changed.Writer.TryWrite(true);
        directory.Changed += Signal;
        try
        {
            Signal();
            var look = changed.Reader.ReadAsync(stoppingToken).AsTask();
            while (true)
            {
                await await Task.WhenAny([look, .. _open.Values.Select(open => open.Running)]);
                await ReconcileAsync(stoppingToken);
                look = changed.Reader.ReadAsync(stoppingToken).AsTask();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: sources close first.
        }
        finally
        {
            directory.Changed -= Signal;
            foreach (var open in _open.Values) await open.Closing.CancelAsync();
            foreach (var id in _open.Keys.ToList()) await CloseAsync(id);
        }
    }

    async Task ReconcileAsync(CancellationToken stoppingToken)
    {
        // In the order of ids, so that the same registry always gives the same streams.
        var cameras = directory.Current.All.Where(device => device is { Profile.Wire: WireKind.Video, Stream: not null }).OrderBy(device => device.Id.Value, StringComparer.Ordinal).ToList();
        foreach (var device in cameras.Skip(options.MaximumStreams)) events.Lost(device.Id, $"there are more than {options.MaximumStreams} streams: raise Video:MaximumStreams.");
        var wanted = cameras.Take(options.MaximumStreams).ToDictionary(device => device.Id.Value);

        // Each segment names the entry of the registry in force, and the profile.
        foreach (var id in _open.Keys.Where(id => !wanted.TryGetValue(id, out var device) || device.RegistryLeaf != _open[id].Device.RegistryLeaf || device.Profile.Sha256 != _open[id].Device.Profile.Sha256).ToList()) await CloseAsync(id);
        foreach (var (id, device) in wanted)
        {
            if (_open.ContainsKey(id)) continue;
            var closing = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            var stream = new VideoStream(device, new StreamFolder(Path.Combine(data.Path, "streams", id)), sealing, data.Ledger, options, presence, time, events);
            _open[id] = new(device, closing, stream.RunAsync(closing.Token));
        }
    }

    async Task CloseAsync(string id)
    {
        _open.Remove(id, out var open);
        await open!.Closing.CancelAsync();
        await open.Running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        open.Closing.Dispose();
    }

    sealed record Open(Device Device, CancellationTokenSource Closing, Task Running);
}
