namespace EdgeGateway.Uploads;

/// <summary>Goes on with the uploads of the run before, and looks after them while the gateway runs.</summary>
sealed partial class UploadService(UploadDesk desk, TimeProvider time, ILogger<UploadService> logger) : BackgroundService
{
    static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(10);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // Before any device is let in.
        desk.Load();
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await desk.StopAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(SweepEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await desk.SweepAsync(stoppingToken);
                }
                catch (IOException e)
                {
                    LogFailed(e);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is under way goes on at the next start.
        }
    }

    [LoggerMessage(1164, LogLevel.Error, "Uploads could not be looked after; it is tried again")]
    partial void LogFailed(Exception exception);
}
