using EdgeGateway.Gateway;
using EdgeGateway.Storage.Files;
using EdgeGateway.Storage.Ledger;

namespace EdgeGateway.Ingest;

/// <summary>Signs the tree at an interval when there is news.</summary>
sealed partial class CheckpointService(FileLedger ledger, LedgerOptions options, TimeProvider time, ILogger<CheckpointService> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.CheckpointInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    if (ledger.Latest?.Checkpoint.Size != ledger.DurableSize) await ledger.CheckpointAsync(stoppingToken);
                }
                catch (StorageFullException e)
                {
                    LogFull(e.Message);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The ledger signs its last checkpoint when it closes.
        }
    }

    [LoggerMessage(1020, LogLevel.Error, "No checkpoint was signed: {Reason} What was sealed is safe; the next one covers it")]
    partial void LogFull(string reason);
}
