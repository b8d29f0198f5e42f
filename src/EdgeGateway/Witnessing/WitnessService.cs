using EdgeGateway.Gateway;

namespace EdgeGateway.Witnessing;

/// <summary>Has checkpoints cosigned, as often as they are signed. Nothing waits for it; a second history stops the gateway.</summary>
sealed partial class WitnessService(WitnessRound round, WitnessBoard board, LedgerOptions options, TimeProvider time, ILogger<WitnessService> logger)
    : BackgroundService
{
    readonly Dictionary<string, string?> _logged = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.CheckpointInterval, time);
        try
        {
            do
            {
                await round.RunAsync(stoppingToken);
                foreach (var witness in board.Reachable) LogChange(witness);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The next start has what is still to be cosigned.
        }
        catch (InvalidOperationException) when (stoppingToken.IsCancellationRequested)
        {
            // The ledger closed under the last round.
        }
    }

    /// <summary>Once, and not each minute of an outage.</summary>
    void LogChange(PolicyWitness witness)
    {
        var error = board.ErrorOf(witness);
        if (_logged.TryGetValue(witness.Name, out var before) && before == error) return;
        _logged[witness.Name] = error;
        if (error is not null) LogNotCosigned(witness.Name, error);
        else if (before is not null) LogBack(witness.Name);
    }

    [LoggerMessage(1302, LogLevel.Warning, "Witness {Witness} does not cosign: {Reason} Sealing goes on; what it missed is cosigned later")]
    partial void LogNotCosigned(string witness, string reason);

    [LoggerMessage(1303, LogLevel.Information, "Witness {Witness} cosigns again")]
    partial void LogBack(string witness);
}
