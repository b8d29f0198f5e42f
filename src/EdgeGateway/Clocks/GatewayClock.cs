using EdgeGateway.Ledger;

namespace EdgeGateway.Clocks;

/// <summary>
/// The machine's clock together with what its sources say of it. Reading asks nobody: <see cref="PollAsync"/> does, and
/// what it found counts until it is old or the wall clock steps. One caller polls; any number read.
/// </summary>
sealed class GatewayClock : IGatewayClock
{
    const string System = "system";

    /// <summary>Polls that may fail one after the other before what the last good one said no longer counts.</summary>
    const int PollsThatCount = 4;

    readonly TimeProvider _time;
    readonly ClockOptions _options;
    readonly IReadOnlyList<ITimeSource> _sources;
    readonly SystemClock _machine;
    ClockQuality _quality;

    public GatewayClock(TimeProvider time, ClockOptions options, IReadOnlyList<ITimeSource> sources)
    {
        _time = time;
        _options = options;
        _sources = sources;
        _machine = new SystemClock(time);
        _quality = Unknown(_machine.Read(), "No source was asked yet.");
    }

    /// <summary>With the sources that the settings name, asked once.</summary>
    /// <param name="gnss">What listens to receivers, in a gateway that runs; null where nothing does.</param>
    public static async Task<GatewayClock> OpenAsync(ClockOptions options, TimeProvider time, CancellationToken cancellationToken, ITimeSource? gnss = null)
    {
        var sources = new List<ITimeSource>();
        if (ChronyTimeSource.Of(options, time) is { } chrony) sources.Add(chrony);
        if (gnss is not null && options.Source is (ClockOptions.Auto or ClockOptions.Gnss)) sources.Add(gnss);
        var clock = new GatewayClock(time, options, sources);
        await clock.PollAsync(cancellationToken);
        return clock;
    }

    /// <summary>What the last poll found, however long ago.</summary>
    public ClockQuality Quality => Volatile.Read(ref _quality);

    public ClockReading Read()
    {
        var now = _machine.Read();
        var quality = Quality;
        var reading = quality.State == ClockState.Synchronised && StillCounts(quality, now)
            ? now with
            {
                Source = quality.Source,
                State = quality.State,
                OffsetMicroseconds = quality.OffsetMicroseconds,
                UncertaintyMicroseconds = quality.UncertaintyMicroseconds,
            }
            : now with { Source = quality.Source };
        return now.Utc < BuildDate.Value ? reading with { State = ClockState.BelowFloor } : reading;
    }

    /// <summary>Asks the sources in order, and keeps the first that has a good answer.</summary>
    public async Task PollAsync(CancellationToken cancellationToken)
    {
        ClockQuality? worse = null;
        foreach (var source in _sources)
        {
            // The clock before the question: a step meanwhile is seen against it.
            var now = _machine.Read();
            var answer = await source.ReadAsync(cancellationToken);
            var quality = Judge(source.Name, answer, now);
            if (quality.State == ClockState.Synchronised)
            {
                Volatile.Write(ref _quality, quality);
                return;
            }

            worse ??= quality;
        }

        if (worse is { WhyNot: { } why } && _options.Source == ClockOptions.Auto && _sources is [GnssTimeSource]) worse = worse with { WhyNot = $"chronyc is not installed; {why}" };
        Volatile.Write(ref _quality, worse ?? Unknown(
            _machine.Read(), _options.Source switch
            {
                ClockOptions.System => "No source is asked: Clock:Source is system.",
                ClockOptions.Gnss => "No receiver is heard: only a gateway that runs listens to one.",
                _ => "No source is there: chronyc is not installed.",
            }));
    }

    ClockQuality Judge(string name, TimeSourceAnswer answer, ClockReading now)
    {
        if (answer.Reading is not { } reading) return Unknown(now, $"{name} has no time: {answer.Why}.");
        var error = Math.Abs(reading.OffsetMicroseconds) + reading.UncertaintyMicroseconds;
        var age = _time.GetUtcNow() - reading.At;
        var why = age.Duration() > Fresh ? $"{name} was last heard at {LedgerTime.Format(reading.At)}."
            : error > ClockSteps.Microseconds(_options.MaximumError) ? $"{name} says that the clock may be {error / 1e6:0.000} s wrong; {_options.MaximumError.TotalSeconds:0.000} s are allowed (Clock:MaximumError)."
            : null;
        return new ClockQuality(
            name, why is null ? ClockState.Synchronised : ClockState.Unsynchronised, reading.OffsetMicroseconds, reading.UncertaintyMicroseconds,
            now.Utc, now.MonotonicMicroseconds, why);
    }

    TimeSpan Fresh => PollsThatCount * _options.PollInterval;

    bool StillCounts(ClockQuality quality, ClockReading now) =>
        now.MonotonicMicroseconds - quality.MonotonicMicroseconds <= ClockSteps.Microseconds(Fresh)
        && ClockSteps.Between(now.BootId, quality.Utc, quality.MonotonicMicroseconds, now) is var step
        && Math.Abs(step ?? 0) <= ClockSteps.Microseconds(_options.StepLimit);

    static ClockQuality Unknown(ClockReading now, string why) =>
        new(System, ClockState.Unsynchronised, null, null, now.Utc, now.MonotonicMicroseconds, why);
}
