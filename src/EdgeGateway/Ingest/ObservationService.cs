using EdgeGateway.Storage.Ledger;
using Microsoft.Extensions.Options;

namespace EdgeGateway.Ingest;

/// <summary>
/// Seals what telemetry showed: every interval, at once for a change, and when the gateway stops. Stops after the wires
/// and before the ledger, so that nothing folded is lost in an orderly stop.
/// </summary>
sealed partial class ObservationService(
    TelemetryFolder folder, QuarantineLimit limit, FileLedger ledger, IOptions<IngestOptions> options, TimeProvider time,
    ILogger<ObservationService> logger) : BackgroundService
{
    DateTimeOffset _from;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await SealIntervalAsync("stop", cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _from = time.GetUtcNow();
        using var timer = new PeriodicTimer(options.Value.ObservationInterval, time);
        var tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
        var change = folder.Changes.WaitToReadAsync(stoppingToken).AsTask();
        try
        {
            while (true)
            {
                await Task.WhenAny(tick, change);
                stoppingToken.ThrowIfCancellationRequested();
                if (change.IsCompleted)
                {
                    while (folder.Changes.TryRead(out var changed)) await SealAsync([changed], "change", stoppingToken);
                    change = folder.Changes.WaitToReadAsync(stoppingToken).AsTask();
                }

                if (tick.IsCompleted)
                {
                    await SealIntervalAsync("interval", stoppingToken);
                    tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The rest is sealed by StopAsync.
        }
    }

    async Task SealIntervalAsync(string reason, CancellationToken cancellationToken)
    {
        await SealAsync([.. folder.Take()], reason, cancellationToken);
        foreach (var (last, suppressed) in limit.TakeCounts())
        {
            var draft = new QuarantineDraft(last, suppressed, PrivateParts.OfRefusal(last));
            await ledger.SubmitAsync(draft, cancellationToken);
            if (!(await draft.Outcome.WaitAsync(cancellationToken)).IsDurable) limit.Return(last, suppressed);
        }

        _from = time.GetUtcNow();
    }

    async Task SealAsync(DeviceObservation[] devices, string reason, CancellationToken cancellationToken)
    {
        foreach (var draft in ObservationDraft.Of(devices, reason, _from, time.GetUtcNow()))
        {
            await ledger.SubmitAsync(draft, cancellationToken);
            var outcome = await draft.Outcome.WaitAsync(cancellationToken);
            if (!outcome.IsDurable) LogNotSealed(devices.Length, reason);
        }
    }

    [LoggerMessage(1001, LogLevel.Error, "Telemetry of {Devices} devices could not be sealed ({Reason}): the disk is full or the ledger has stopped. It is lost; the devices' evidence is not")]
    partial void LogNotSealed(int devices, string reason);
}
