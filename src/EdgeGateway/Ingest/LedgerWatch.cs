using EdgeGateway.Storage.Ledger;

namespace EdgeGateway.Ingest;

/// <summary>A gateway that can't seal must stop, not run on unsealed: when the ledger fails, the host stops.</summary>
sealed partial class LedgerWatch(FileLedger ledger, ILogger<LedgerWatch> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await ledger.Completion.WaitAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // An orderly stop: the ledger is closed after the host.
        }
        catch (Exception e)
        {
            LogFailed(e);
            throw;
        }
    }

    [LoggerMessage(1010, LogLevel.Critical, "Sealing failed and nothing more is acknowledged: the gateway stops. Look at the disk before starting it again")]
    partial void LogFailed(Exception exception);
}
