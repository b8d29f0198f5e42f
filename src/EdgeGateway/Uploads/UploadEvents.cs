using System.Diagnostics.Metrics;
using System.Text;
using EdgeGateway.Evidence;
using EdgeGateway.Ingest;
using EdgeGateway.Storage.Files;

namespace EdgeGateway.Uploads;

/// <summary>What operators see of uploads in the log and in metrics.</summary>
sealed partial class UploadEvents
{
    public const string MeterName = "EdgeGateway.Uploads";

    readonly ILogger _logger;
    readonly Meter _meter;
    readonly Counter<long> _sealed;
    readonly Counter<long> _bytes;
    readonly Counter<long> _dropped;

    public UploadEvents(ILogger<UploadEvents> logger, IMeterFactory meters)
    {
        _logger = logger;
        _meter = meters.Create(MeterName);
        _sealed = _meter.CreateCounter<long>("edgegateway.uploads.sealed", "{upload}", "Media that arrived whole in chunks and was sealed.");
        _bytes = _meter.CreateCounter<long>("edgegateway.uploads.bytes", "By", "Bytes of this media.");
        _dropped = _meter.CreateCounter<long>("edgegateway.uploads.dropped", "{upload}", "Uploads that were given up and refused, by reason.");
    }

    public void Watch(Func<int> open) => _meter.CreateObservableGauge("edgegateway.uploads.open", open, "{upload}", "Uploads under way.");

    public void Sealed(long bytes)
    {
        _sealed.Add(1);
        _bytes.Add(bytes);
    }

    public void Dropped(RefusalReason reason) => _dropped.Add(1, new KeyValuePair<string, object?>("reason", Encoding.ASCII.GetString(QuarantineDraft.ReasonName(reason))));

    /// <summary>A full disk is told elsewhere, and often.</summary>
    public void NotWritten(IOException exception)
    {
        if (exception is not StorageFullException) LogNotWritten(exception);
    }

    public void Failed(string device, Exception exception) => LogFailed(exception, device);

    public void NotResumed(string device, Exception exception) => LogNotResumed(exception, device);

    public void Damaged(string path) => LogDamaged(path);

    [LoggerMessage(1160, LogLevel.Error, "Media that arrives in chunks could not be written, and is not acknowledged: look at the disk")]
    partial void LogNotWritten(Exception exception);

    [LoggerMessage(1161, LogLevel.Error, "An upload of {Device} was given up because the disk failed; the device begins it again")]
    partial void LogFailed(Exception exception, string device);

    [LoggerMessage(1162, LogLevel.Warning, "An upload of {Device} can't go on where it was; the device begins it again")]
    partial void LogNotResumed(Exception exception, string device);

    [LoggerMessage(1163, LogLevel.Warning, "'{Path}' is damaged and was removed; the device begins that upload again")]
    partial void LogDamaged(string path);
}
