using EdgeGateway.Storage.Files;

namespace EdgeGateway.Uploads;

/// <summary>What operators see of uploads in the log.</summary>
sealed partial class UploadEvents(ILogger<UploadEvents> logger)
{
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
