using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using EdgeGateway.Devices;
using EdgeGateway.Evidence;

namespace EdgeGateway.Video;

/// <summary>What is told and counted of streams; what lasts is told once. Safe for any number of threads.</summary>
sealed partial class VideoEvents
{
    public const string MeterName = "EdgeGateway.Video";

    readonly ILogger _logger;
    readonly Counter<long> _segments;
    readonly Counter<long> _bytes;
    readonly Counter<long> _losses;
    readonly ConcurrentDictionary<string, string> _lost = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, bool> _full = new(StringComparer.Ordinal);

    public VideoEvents(ILogger<VideoEvents> logger, IMeterFactory meters)
    {
        _logger = logger;
        var meter = meters.Create(MeterName);
        _segments = meter.CreateCounter<long>("edgegateway.video.segments", "{segment}", "Segments of streams that were sealed.");
        _bytes = meter.CreateCounter<long>("edgegateway.video.bytes", "By", "Bytes of these segments.");
        _losses = meter.CreateCounter<long>("edgegateway.video.losses", "{loss}", "Recordings of streams that ended and are begun again.");
    }

    public void Sealed(DeviceId device, long bytes)
    {
        _segments.Add(1);
        _bytes.Add(bytes);
        if (_full.TryRemove(device.Value, out _)) LogRoom(device);
    }

    public void Recorded(DeviceId device)
    {
        _lost.TryRemove(device.Value, out _);
        LogRecorded(device);
    }

    public void Lost(DeviceId device, string message)
    {
        _losses.Add(1);
        var reason = DisplayText.Of(message, 400);
        if (_lost.TryGetValue(device.Value, out var told) && told == reason) return;
        _lost[device.Value] = reason;
        LogLost(device, reason);
    }

    public void Ended(DeviceId device, string reason) => LogEnded(device, reason);

    public void NotSealed(DeviceId device)
    {
        if (_full.TryAdd(device.Value, true)) LogNotSealed(device);
    }

    [LoggerMessage(1431, LogLevel.Information, "The stream of camera {Device} is recorded")]
    partial void LogRecorded(DeviceId device);

    [LoggerMessage(1432, LogLevel.Warning, "The stream of camera {Device} is not recorded: {Reason} It is tried again until it is")]
    partial void LogLost(DeviceId device, string reason);

    [LoggerMessage(1433, LogLevel.Warning, "The recording of camera {Device} is ended and begun again: {Reason}")]
    partial void LogEnded(DeviceId device, string reason);

    [LoggerMessage(1434, LogLevel.Error, "A segment of camera {Device} can't be sealed: it is kept and tried again; see the ledger's state and free disk space")]
    partial void LogNotSealed(DeviceId device);

    [LoggerMessage(1435, LogLevel.Information, "Segments of camera {Device} can be sealed again")]
    partial void LogRoom(DeviceId device);
}
