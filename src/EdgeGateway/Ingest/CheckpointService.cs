using EdgeGateway.Gateway;
using EdgeGateway.Storage.Files;
using EdgeGateway.Storage.Ledger;

namespace EdgeGateway.Ingest;

/// <summary>Signs the tree at an interval when there is news.</summary>
sealed partial class CheckpointService(FileLedger ledger, LedgerOptions options, TimeProvider time, ILogger<CheckpointService> logger)
    : BackgroundService
{
    string? _secondPlaceError = ledger.SecondPlaceError;

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
                catch (SigningRefusedException e)
                {
                    LogRefused(e.Message);
                }

                LogSecondPlace();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The ledger signs its last checkpoint when it closes.
        }
    }

    /// <summary>When it changes, and not each minute.</summary>
    void LogSecondPlace()
    {
        if (ledger.SecondPlaceError == _secondPlaceError) return;
        _secondPlaceError = ledger.SecondPlaceError;
        if (_secondPlaceError is { } error) LogSecondPlaceError(error);
        else LogSecondPlaceBack();
    }

    [LoggerMessage(1021, LogLevel.Critical, "No checkpoint was signed: {Reason}")]
    partial void LogRefused(string reason);

    [LoggerMessage(1022, LogLevel.Error, "{Reason}")]
    partial void LogSecondPlaceError(string reason);

    [LoggerMessage(1023, LogLevel.Information, "The second place knows again what was signed last")]
    partial void LogSecondPlaceBack();

    [LoggerMessage(1020, LogLevel.Error, "No checkpoint was signed: {Reason} What was sealed is safe; the next one covers it")]
    partial void LogFull(string reason);
}
