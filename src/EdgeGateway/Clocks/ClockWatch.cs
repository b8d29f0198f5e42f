using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;

namespace EdgeGateway.Clocks;

/// <summary>
/// Looks at the clock every second: seals steps, jumps and changes of its source, and asks the source at its interval.
/// What a full disk does not take is tried again at the next look.
/// </summary>
sealed partial class ClockWatch(
    GatewayClock clock, ClockTrust trust, ClockOptions options, FileLedger ledger, TimeProvider time, ILogger<ClockWatch> logger) : BackgroundService
{
    static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>A source that comes and goes makes an entry this often at most.</summary>
    static readonly TimeSpan BetweenSourceEntries = TimeSpan.FromMinutes(1);

    ClockReading? _last;
    ClockSourceState _told = new("system", ClockState.Unsynchronised);
    long? _toldAt;
    long _looks;

    /// <summary>How often it has looked.</summary>
    public long Looks => Interlocked.Read(ref _looks);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look, time);
        try
        {
            do
            {
                await LookAsync(stoppingToken);
                Interlocked.Increment(ref _looks);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // An orderly stop.
        }
    }

    async Task LookAsync(CancellationToken cancellationToken)
    {
        // The step first: a poll makes what the clock says now the measure of the next one.
        var now = clock.Read();
        var step = ClockSteps.Between(_last ?? AtFirstPoll(now), now) ?? 0;
        var stepped = Math.Abs(step) > ClockSteps.Microseconds(options.StepLimit);
        if (stepped && !await SealStepAsync(step, cancellationToken)) return;
        _last = now;
        if (stepped || Due(now)) await clock.PollAsync(cancellationToken);
        await SealSourceAsync(clock.Read(), cancellationToken);
    }

    /// <summary>The gateway polled once before it opened the ledger: nothing since then goes unseen.</summary>
    ClockReading AtFirstPoll(ClockReading now) => now with { Utc = clock.Quality.Utc, MonotonicMicroseconds = clock.Quality.MonotonicMicroseconds };

    bool Due(ClockReading now) => now.MonotonicMicroseconds - clock.Quality.MonotonicMicroseconds >= ClockSteps.Microseconds(options.PollInterval);

    /// <returns>False where it was not sealed, and is to be seen again.</returns>
    async Task<bool> SealStepAsync(long step, CancellationToken cancellationToken)
    {
        LogStep(step / 1_000_000.0);
        var jumped = step > ClockSteps.Microseconds(options.JumpLimit);

        // Entries of the new time may have been sealed already: nothing is decided from here on.
        if (jumped) trust.Jumped(long.MaxValue);
        if (!(await ClockEntries.StepAsync(ledger, step, cancellationToken)).IsDurable) return false;
        if (!jumped) return true;
        var index = await ClockContinuity.JumpAsync(ledger, TimeSpan.FromMicroseconds(step), cancellationToken);
        trust.Jumped(index);
        return index != long.MaxValue;
    }

    async Task SealSourceAsync(ClockReading now, CancellationToken cancellationToken)
    {
        var found = ClockSourceState.Of(now);
        if (found == _told) return;
        if (_toldAt is { } at && now.MonotonicMicroseconds - at < ClockSteps.Microseconds(BetweenSourceEntries)) return;
        if (!(await ClockEntries.SourceAsync(ledger, _told, found, cancellationToken)).IsDurable) return;
        LogSource(_told.Source, _told.State, found.Source, found.State);
        _told = found;
        _toldAt = now.MonotonicMicroseconds;
    }

    [LoggerMessage(1030, LogLevel.Warning, "The clock was set by {Seconds} s")]
    partial void LogStep(double seconds);

    [LoggerMessage(1031, LogLevel.Information, "The clock's source was {FromSource} ({FromState}) and is {ToSource} ({ToState})")]
    partial void LogSource(string fromSource, ClockState fromState, string toSource, ClockState toState);
}
