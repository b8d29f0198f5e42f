using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;

namespace EdgeGateway.Web;

/// <summary>
/// The figures of the status screen that only the wires know: ports, connections, and how long acknowledgements took in the last
/// minute. Listens to the same instruments as <c>/metrics</c>. Safe for any number of threads.
/// </summary>
sealed class LiveFigures : IDisposable
{
    /// <summary>Upper bounds in milliseconds, a quarter more each time: percentiles are told to within that.</summary>
    static readonly double[] Bounds = [.. Enumerable.Range(0, 64).Select(i => 0.05 * Math.Pow(1.25, i))];

    const string MqttMeter = "EdgeGateway.Mqtt";

    static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    readonly MeterListener _listener = new();
    readonly TimeProvider _time;
    readonly BoundPorts _ports;
    long[] _current = new long[Bounds.Length + 1];
    long[] _previous = new long[Bounds.Length + 1];
    long _turnedAt;
    long _connections;

    public LiveFigures(TimeProvider time, BoundPorts ports)
    {
        _time = time;
        _ports = ports;
        _turnedAt = time.GetTimestamp();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == MqttMeter) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>(OnDuration);
        _listener.SetMeasurementEventCallback<long>(OnCount);
        _listener.Start();
    }

    public JsonObject ToJson()
    {
        Turn();
        var counts = _current.Zip(_previous, (a, b) => a + b).ToArray();
        var total = counts.Sum();
        return new JsonObject
        {
            ["ports"] = _ports.ToJson(),
            ["connections"] = Interlocked.Read(ref _connections),
            ["acknowledgement"] = new JsonObject
            {
                ["count"] = total,
                ["p50Ms"] = Percentile(counts, total, 0.5),
                ["p99Ms"] = Percentile(counts, total, 0.99),
            },
        };
    }

    public void Dispose() => _listener.Dispose();

    void OnDuration(Instrument instrument, double seconds, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        if (instrument.Name != "edgegateway.mqtt.acknowledgement.duration") return;
        var index = Array.BinarySearch(Bounds, seconds * 1000);
        Interlocked.Increment(ref _current[index < 0 ? ~index : index]);
    }

    void OnCount(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        if (instrument.Name == "edgegateway.mqtt.connections") Interlocked.Add(ref _connections, value);
    }

    /// <summary>Two half windows, so that old figures go without all going at once.</summary>
    void Turn()
    {
        if (_time.GetElapsedTime(Interlocked.Read(ref _turnedAt)) < Window) return;
        Interlocked.Exchange(ref _turnedAt, _time.GetTimestamp());
        (_previous, _current) = (_current, new long[Bounds.Length + 1]);
    }

    static double? Percentile(long[] counts, long total, double share)
    {
        if (total == 0) return null;
        var left = (long)Math.Ceiling(total * share);
        var index = 0;
        while ((left -= counts[index]) > 0) index++;
        return Math.Round(Bounds[Math.Min(index, Bounds.Length - 1)], 2);
    }
}
