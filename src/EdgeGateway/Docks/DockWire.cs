using EdgeGateway.Devices;
using EdgeGateway.Evidence;
using EdgeGateway.Gateway;
using EdgeGateway.Profiles;
using EdgeGateway.Storage.Files;

namespace EdgeGateway.Docks;

/// <summary>
/// Looks through the folder of every registered dock in turn. A folder that can't be read is tried again; an exception of the sealer is not
/// caught: a gateway that can't seal must stop.
/// </summary>
sealed class DockWire(
    IDeviceDirectory directory, DockStations stations, IDevicePresence presence, DockOptions options, TimeProvider time, DockEvents events) : BackgroundService
{
    readonly Dictionary<string, Running> _running = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var timer = new PeriodicTimer(options.Scan, time);
            do
            {
                Close(directory.Current);
                foreach (var device in directory.Current.All)
                {
                    // Each on its own: a folder on a share that hangs must not keep the others waiting.
                    if (device is not { Profile.Wire: WireKind.Dock, Folder: { } folder }) continue;
                    if (!_running.TryGetValue(device.Id.Value, out var running)) _running[device.Id.Value] = running = new(folder);
                    if (!running.Look.IsCompleted) continue;
                    await running.Look;
                    running.Look = Task.Run(() => LookAsync(running, device, stoppingToken), CancellationToken.None);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: what was under way is read again.
        }
        finally
        {
            foreach (var running in _running.Values)
            {
                await running.Look.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                running.Station?.Dispose();
            }
        }
    }

    async Task LookAsync(Running running, Device device, CancellationToken stoppingToken)
    {
        try
        {
            running.Station ??= stations.Open(device, running.Folder);
            await running.Station.LookAsync(device, stoppingToken);
            events.There(device.Id);
            if (running.IsThere) return;
            running.IsThere = true;
            presence.Connected(device, tookOver: false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }
        catch (StorageFullException)
        {
            events.NoRoom(device.Id);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            events.Away(device.Id, exception);
            if (running.IsThere) presence.Ended(device, ConnectionEnd.Lost);
            running.IsThere = false;
        }
    }

    /// <summary>Docks that are registered no more, or elsewhere.</summary>
    void Close(DeviceSnapshot devices)
    {
        foreach (var (id, running) in _running.ToList())
        {
            if (!running.Look.IsCompleted || (devices.Find(id) is { } device && device.Folder == running.Folder && device.Profile.Wire == WireKind.Dock)) continue;
            running.Station?.Dispose();
            _running.Remove(id);
        }
    }

    sealed class Running(string folder)
    {
        public string Folder => folder;

        /// <summary>Null until the folder is looked through for the first time.</summary>
        public DockStation? Station { get; set; }

        public Task Look { get; set; } = Task.CompletedTask;

        public bool IsThere { get; set; }
    }
}

/// <summary>Makes a station for each dock.</summary>
sealed class DockStations(GatewayData data, DockPickup pickup, ISealer sealer, DockOptions options, TimeProvider time, DockEvents events)
{
    public DockStation Open(Device device, string folder) =>
        new(new DockFolder(folder), DockBook.Open(Path.Combine(data.Path, "docks", device.Id.Value)), pickup, sealer, data.Ledger, options, time, events);
}
