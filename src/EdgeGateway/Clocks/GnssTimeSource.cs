using EdgeGateway.Evidence;
using EdgeGateway.Ledger;

namespace EdgeGateway.Clocks;

/// <summary>
/// What GNSS receivers on serial lines say. A sentence arrives within the second that it names, some time after its
/// beginning: so the time is known to half a second, and no better without a pulse (PPS). Two sentences must agree.
/// </summary>
sealed class GnssTimeSource(TimeProvider time) : ITimeSource, IGnssTime
{
    /// <summary>GPS counts weeks modulo 1024: a receiver that lost count is 19.6 years wrong, or a multiple of that.</summary>
    static readonly TimeSpan Rollover = TimeSpan.FromDays(7 * 1024);

    static readonly TimeSpan Half = TimeSpan.FromMilliseconds(500);

    /// <summary>Sentences that agree come this close after each other, and differ from the time between them by no more.</summary>
    static readonly TimeSpan Together = TimeSpan.FromSeconds(10);
    static readonly TimeSpan Agreement = TimeSpan.FromSeconds(1);

    readonly Lock _lock = new();
    readonly SortedDictionary<string, Receiver> _receivers = new(StringComparer.Ordinal);

    public string Name => "gnss";

    public void Heard(string line, DateTimeOffset time, DateTimeOffset receivedAt)
    {
        lock (_lock) _receivers[line] = Next(line, time, receivedAt);
    }

    public void NoFix(string line)
    {
        lock (_lock) _receivers[line] = new(null, 0, TimeSourceAnswer.None($"the receiver on {DisplayText.Of(line)} has no fix"));
    }

    public ValueTask<TimeSourceAnswer> ReadAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            // Of several receivers the one heard last that has a time.
            var answers = _receivers.Values.Select(receiver => receiver.Answer).ToList();
            var best = answers.Where(answer => answer.Reading is not null).MaxBy(answer => answer.Reading!.At);
            return ValueTask.FromResult(best ?? answers.FirstOrDefault() ?? TimeSourceAnswer.None("no receiver was heard yet"));
        }
    }

    Receiver Next(string line, DateTimeOffset moment, DateTimeOffset receivedAt)
    {
        var now = time.GetTimestamp();
        if (moment < BuildDate.Value || moment >= BuildDate.Value + Rollover)
        {
            return new(null, now, TimeSourceAnswer.None($"the receiver on {DisplayText.Of(line)} gives {LedgerTime.Format(moment)}, which can't be: its count of weeks may have rolled over"));
        }

        if (!_receivers.TryGetValue(line, out var before) || before.Moment is not { } last || !Agree(moment - last, time.GetElapsedTime(before.At, now)))
        {
            return new(moment, now, TimeSourceAnswer.None($"two sentences of the receiver on {DisplayText.Of(line)} do not agree yet"));
        }

        var offset = receivedAt - (moment + Half);
        return new(moment, now, TimeSourceAnswer.Of(new TimeSourceReading(ClockSteps.Microseconds(offset), ClockSteps.Microseconds(Half), receivedAt)));
    }

    static bool Agree(TimeSpan told, TimeSpan passed) => passed <= Together && (told - passed).Duration() <= Agreement;

    /// <param name="Moment">What it said last, null where that is not to be built on.</param>
    /// <param name="At">The monotonic clock then.</param>
    sealed record Receiver(DateTimeOffset? Moment, long At, TimeSourceAnswer Answer);
}
