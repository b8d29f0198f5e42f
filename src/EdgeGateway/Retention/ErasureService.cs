using EdgeGateway.Gateway;
using EdgeGateway.Ledger;

namespace EdgeGateway.Retention;

/// <summary>
/// Finishes erasures that a crash, a full disk or a bundle that was not full had left, and with <c>Retention:Erase=auto</c>
/// erases what is due, while the clock may be believed. A failure is logged and tried again; it never stops the gateway.
/// </summary>
sealed partial class ErasureService(GatewayData data, TimeProvider time, ILogger<ErasureService> logger) : BackgroundService
{
    const int Batch = 500;

    static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    bool _waits;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Whatever wakes the gateway comes first.
        await Task.Yield();
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                try
                {
                    await StepAsync(stoppingToken);
                }
                catch (Exception e) when (e is IOException or LedgerCorruptException or GatewayException or Storage.Registry.ViewCorruptException)
                {
                    LogFailed(e);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The tombstones are sealed: the next start goes on.
        }
    }

    async Task StepAsync(CancellationToken cancellationToken)
    {
        using (await data.Erasures.EnterAsync(cancellationToken)) await data.Erasures.CarryOutAsync(cancellationToken);
        if (!data.Settings.Retention.IsAutomatic) return;
        if (!data.Clock.MayDecideByDate)
        {
            if (!_waits) LogWaits();
            _waits = true;
            return;
        }

        _waits = false;
        await data.CatchUpViewsAsync(cancellationToken);
        foreach (var log in SelectedLog.All(data, cancellationToken)) await EraseDueAsync(log, cancellationToken);
    }

    async Task EraseDueAsync(SelectedLog log, CancellationToken cancellationToken)
    {
        var after = -1L;
        while (true)
        {
            var (due, next) = DueItems.Find(data, log, data.Clock.Read().Utc, after, Batch, cancellationToken);
            var items = due.Select(item => item.Item.Index).ToList();
            if (items.Count > 0)
            {
                await data.Eraser.EraseAsync(new ErasureOrder(log, items, null, ByRetention: true, null, null, null), dryRun: false, cancellationToken);
                LogErased(items.Count);
            }

            if (next is not { } index) return;
            after = index;
        }
    }

    [LoggerMessage(1060, LogLevel.Information, "{Items} items that were due were erased")]
    partial void LogErased(int items);

    [LoggerMessage(1061, LogLevel.Warning, "Nothing is erased by date: the clock is not to be believed")]
    partial void LogWaits();

    [LoggerMessage(1062, LogLevel.Error, "Erasing stopped and is tried again in a minute; tombstones that are sealed hold")]
    partial void LogFailed(Exception exception);
}
