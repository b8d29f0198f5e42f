using System.Threading.Channels;
using EdgeGateway.Evidence;

namespace EdgeGateway.Ingest;

/// <summary>
/// Folds telemetry per device. It keeps at most one interval: what it holds is lost in a crash, which the next start
/// records as a gap. A change of firmware, serial number, state or position is handed on at once. Safe for any number of
/// threads; never blocks.
/// </summary>
sealed class TelemetryFolder(TimeProvider time) : ITelemetry
{
    /// <summary>A device that changes more often than this is folded like any other.</summary>
    public static readonly TimeSpan ChangeEvery = TimeSpan.FromSeconds(10);

    /// <summary>About 100 m in latitude: less is the receiver's own noise.</summary>
    const double PositionStep = 0.001;

    static readonly string[] Watched = ["firmware", "serialNumber", "state"];

    readonly Lock _lock = new();
    readonly Dictionary<string, KnownFacts> _known = [];
    readonly Channel<DeviceObservation> _changes = Channel.CreateBounded<DeviceObservation>(1024);
    Dictionary<string, DeviceObservation> _interval = [];

    /// <summary>Devices whose facts changed, each with the observation up to the change.</summary>
    public ChannelReader<DeviceObservation> Changes => _changes.Reader;

    public void Observe(Arrival arrival)
    {
        var id = arrival.Device.Id.Value;
        lock (_lock)
        {
            if (!_interval.TryGetValue(id, out var observation)) _interval[id] = observation = new DeviceObservation(id);
            observation.Add(arrival);
            if (!IsChange(id, arrival.Interpretation.Fields)) return;

            // Handed over whole; when the queue is full it simply stays in the interval.
            if (_changes.Writer.TryWrite(observation)) _interval.Remove(id);
        }
    }

    /// <summary>What was folded since the last call; the caller owns it.</summary>
    public IReadOnlyCollection<DeviceObservation> Take()
    {
        lock (_lock)
        {
            var taken = _interval.Values;
            _interval = [];
            return taken;
        }
    }

    bool IsChange(string id, IReadOnlyDictionary<string, string> fields)
    {
        if (fields.Count == 0) return false;
        if (!_known.TryGetValue(id, out var known))
        {
            _known[id] = new KnownFacts(fields, null);
            return false;
        }

        var changed = Watched.Any(name => fields.TryGetValue(name, out var now) && known.Fields.TryGetValue(name, out var before) && now != before)
            || HasMoved(known.Fields, fields);
        if (!changed) return false;
        if (known.ChangedAt is { } changedAt && time.GetElapsedTime(changedAt) < ChangeEvery) return false;
        _known[id] = new KnownFacts(fields, time.GetTimestamp());
        return true;
    }

    static bool HasMoved(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> now) =>
        Differs(before, now, "latitude") || Differs(before, now, "longitude");

    static bool Differs(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> now, string name) =>
        before.TryGetValue(name, out var a) && now.TryGetValue(name, out var b)
        && double.TryParse(a, System.Globalization.CultureInfo.InvariantCulture, out var from)
        && double.TryParse(b, System.Globalization.CultureInfo.InvariantCulture, out var to)
        && Math.Abs(from - to) > PositionStep;

    sealed record KnownFacts(IReadOnlyDictionary<string, string> Fields, long? ChangedAt);
}
