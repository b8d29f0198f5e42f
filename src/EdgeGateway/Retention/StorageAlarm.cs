using System.Globalization;
using EdgeGateway.Storage.Ledger;

namespace EdgeGateway.Retention;

/// <summary>How full the disk is, and the highest of the steps 80, 90 and 95 % that it has reached; 0: none.</summary>
readonly record struct StorageAlarm(double UsedPercent, int Step)
{
    static readonly int[] Steps = [95, 90, 80];

    public static StorageAlarm Of(FileLedger ledger) => Of(ledger.FreeBytes, ledger.DiskBytes);

    public static StorageAlarm Of(long free, long all)
    {
        var used = all > 0 ? 100.0 * (all - free) / all : 0;
        return new StorageAlarm(Math.Round(used, 1), Steps.FirstOrDefault(step => used >= step));
    }

    public override string ToString() => UsedPercent.ToString("0.0", CultureInfo.InvariantCulture) + " %";
}

/// <summary>Logs when the disk passes a step, up or down. What is not yet due is never erased for room.</summary>
sealed partial class StorageWatch(FileLedger ledger, TimeProvider time, ILogger<StorageWatch> logger) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        var step = 0;
        try
        {
            do
            {
                var alarm = Look();
                if (alarm.Step > step) LogFuller(alarm.UsedPercent, alarm.Step);
                else if (alarm.Step < step) LogEmptier(alarm.UsedPercent, step);
                step = alarm.Step;
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The gateway stops.
        }
    }

    StorageAlarm Look()
    {
        try
        {
            return StorageAlarm.Of(ledger);
        }
        catch (IOException e)
        {
            LogUnknown(e);
            return default;
        }
    }

    [LoggerMessage(1050, LogLevel.Warning, "The disk is {UsedPercent} % full (alarm at {Step} %): erase what is due ('edgegw evidence due'), or move objects to media ('edgegw evidence move')")]
    partial void LogFuller(double usedPercent, int step);

    [LoggerMessage(1051, LogLevel.Information, "The disk is {UsedPercent} % full, below {Step} % again")]
    partial void LogEmptier(double usedPercent, int step);

    [LoggerMessage(1052, LogLevel.Error, "How full the disk is could not be found out")]
    partial void LogUnknown(Exception exception);
}
