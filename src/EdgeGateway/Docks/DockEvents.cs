using System.Collections.Concurrent;
using EdgeGateway.Devices;
using EdgeGateway.Evidence;

namespace EdgeGateway.Docks;

/// <summary>What is told of docks; what lasts is told once. Safe for any number of threads.</summary>
sealed partial class DockEvents(ILogger<DockEvents> logger)
{
    readonly ConcurrentDictionary<string, bool> _full = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, bool> _cut = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, string> _away = new(StringComparer.Ordinal);

    public void Taken(DeviceId device, int files, int left) => LogTaken(device, files, left);

    public void NotRead(DeviceId device, Exception exception) => LogNotRead(device, DisplayText.Of(exception.Message));

    public void NoRoom(DeviceId device)
    {
        if (_full.TryAdd(device.Value, true)) LogNoRoom(device);
    }

    public void Room(DeviceId device)
    {
        if (_full.TryRemove(device.Value, out _)) LogRoom(device);
    }

    public void Cut(DeviceId device, int maximum)
    {
        if (_cut.TryAdd(device.Value, true)) LogCut(device, maximum);
    }

    public void Away(DeviceId device, Exception exception)
    {
        var reason = DisplayText.Of(exception.Message);
        if (_away.TryGetValue(device.Value, out var told) && told == reason) return;
        _away[device.Value] = reason;
        LogAway(device, reason);
    }

    public void There(DeviceId device)
    {
        if (_away.TryRemove(device.Value, out _)) LogThere(device);
    }

    [LoggerMessage(1401, LogLevel.Information, "Dock {Device}: {Files} files are sealed, {Left} settled ones are left")]
    partial void LogTaken(DeviceId device, int files, int left);

    [LoggerMessage(1402, LogLevel.Warning, "Dock {Device}: a file can't be picked up and is tried again in ten minutes, or when it changes: {Reason}")]
    partial void LogNotRead(DeviceId device, string reason);

    [LoggerMessage(1403, LogLevel.Error, "Dock {Device}: nothing can be sealed; its files stay where they are and are tried again; see the ledger's state and free disk space")]
    partial void LogNoRoom(DeviceId device);

    [LoggerMessage(1404, LogLevel.Information, "Dock {Device}: files can be sealed again")]
    partial void LogRoom(DeviceId device);

    [LoggerMessage(1405, LogLevel.Warning, "Dock {Device}: the folder has more than {Maximum} files, and the rest is not looked at; take sealed files away, or raise Docks:MaximumFiles")]
    partial void LogCut(DeviceId device, int maximum);

    [LoggerMessage(1406, LogLevel.Warning, "Dock {Device}: its folder can't be looked through: {Reason}; it is tried again until it is there")]
    partial void LogAway(DeviceId device, string reason);

    [LoggerMessage(1407, LogLevel.Information, "Dock {Device}: its folder is there again")]
    partial void LogThere(DeviceId device);
}
