using EdgeGateway.Gateway;

namespace EdgeGateway.Timestamps;

/// <summary>Stamps what is new at an interval, and raises an alarm when something has waited too long.</summary>
sealed partial class TimestampService(Timestamper timestamper, GatewayData data, TimeProvider time, ILogger<TimestampService> logger)
    : BackgroundService
{
    readonly TimestampOptions _options = data.Settings.Timestamps;
    DateTimeOffset? _alarmed;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_options.None) return;
        using var timer = new PeriodicTimer(_options.Interval, time);
        try
        {
            do
            {
                await RoundAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What waits is in the ledger, and is stamped after the next start.
        }
    }

    /// <summary>One look, and what has to be told after it.</summary>
    internal async Task RoundAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (_options.Authorities.Count == 0) await timestamper.LookAsync(stoppingToken);
            else await timestamper.RunAsync(now: false, stoppingToken);
        }
        catch (ObjectDisposedException e) when (stoppingToken.IsCancellationRequested)
        {
            // A start that failed takes everything down without waiting for a round.
            throw new OperationCanceledException(null, e, stoppingToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever an authority sends, evidence goes on being sealed; a failed ledger stops the host by itself.
            LogRound(e);
        }

        Alarm();
    }

    void Alarm()
    {
        if (timestamper.WaitingAge is not { } age || age < _options.AlarmAfter)
        {
            _alarmed = null;
            return;
        }

        var now = time.GetUtcNow();
        if (_alarmed is { } last && now - last < _options.AlarmAfter) return;
        _alarmed = now;
        if (_options.Authorities.Count == 0) LogNotSet(age);
        else LogWaiting(age);
    }

    [LoggerMessage(1043, LogLevel.Error, "Nothing was time-stamped for {Age}: see 'edgegw ledger status' for what the authorities say")]
    partial void LogWaiting(TimeSpan age);

    [LoggerMessage(1044, LogLevel.Error, "Nothing was time-stamped for {Age}, because no authority is set: set Timestamps:Authorities, or Timestamps:None=true if there is none at this site")]
    partial void LogNotSet(TimeSpan age);

    [LoggerMessage(1045, LogLevel.Error, "A round of time-stamping failed; sealing goes on, and it is tried again")]
    partial void LogRound(Exception exception);
}
