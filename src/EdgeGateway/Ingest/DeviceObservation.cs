using System.Globalization;
using EdgeGateway.Evidence;
using EdgeGateway.Ledger;

namespace EdgeGateway.Ingest;

/// <summary>What one device's telemetry showed in one interval. Guarded by whoever holds it.</summary>
sealed class DeviceObservation(string deviceId)
{
    /// <summary>Offsets kept to find the median of: an even sample where there are more. Extremes and n are exact.</summary>
    const int MaximumOffsets = 512;

    readonly List<long> _offsets = [];
    readonly SortedDictionary<string, long> _hours = new(StringComparer.Ordinal);
    int _offsetStride = 1;
    long _offsetCount;
    long _offsetLow;
    long _offsetHigh;
    long _messages;
    long _errors;
    DateTimeOffset _first;
    DateTimeOffset _last;
    double? _battery;
    (double North, double South, double East, double West)? _position;

    public string DeviceId => deviceId;

    public long Messages => _messages;

    public long Errors => _errors;

    public DateTimeOffset First => _first;

    public IReadOnlyDictionary<string, string> Facts { get; private set; } = new Dictionary<string, string>();

    public void Add(Arrival arrival)
    {
        if (_messages++ == 0) _first = arrival.ReceivedAt;
        _last = arrival.ReceivedAt;
        var hour = arrival.ReceivedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH", CultureInfo.InvariantCulture);
        _hours[hour] = _hours.GetValueOrDefault(hour) + 1;

        var read = arrival.Interpretation;
        if (read.Verdict == ParseVerdict.Failed || read.Fields.ContainsKey("error")) _errors++;
        if (read is { CapturedAtUtc: { } deviceTime, IsPeriodStart: false }) AddOffset((long)(deviceTime - arrival.ReceivedAt).TotalMilliseconds);
        if (TryNumber(read.Fields, "battery", out var battery)) _battery = Math.Min(battery, _battery ?? battery);
        if (TryNumber(read.Fields, "latitude", out var latitude) && TryNumber(read.Fields, "longitude", out var longitude))
        {
            var p = _position ?? (latitude, latitude, longitude, longitude);
            _position = (Math.Max(p.North, latitude), Math.Min(p.South, latitude), Math.Max(p.East, longitude), Math.Min(p.West, longitude));
        }

        if (read.Fields.Count > 0) Facts = read.Fields;
    }

    /// <summary>One element of the private part's <c>devices</c>, docs/ledger-format.md section 3; decimals are strings.</summary>
    public void Write(CanonicalJsonWriter json)
    {
        json.BeginObject();
        if (_battery is { } battery) Text(json, "batteryLow"u8, battery.ToString("0.##", CultureInfo.InvariantCulture));
        if (_offsets.Count > 0)
        {
            var sorted = _offsets.Order().ToList();
            json.Name("clockOffsetMs"u8);
            json.BeginObject();
            Number(json, "max"u8, _offsetHigh);
            Number(json, "median"u8, sorted[sorted.Count / 2]);
            Number(json, "min"u8, _offsetLow);
            Number(json, "n"u8, _offsetCount);
            json.EndObject();
        }

        Number(json, "errors"u8, _errors);
        if (Facts.TryGetValue("firmware", out var firmware)) Text(json, "firmware"u8, firmware);
        json.Name("first"u8);
        json.Time(_first);
        json.Name("hours"u8);
        json.BeginObject();
        foreach (var (hour, count) in _hours)
        {
            json.Name(hour);
            json.Number(count);
        }

        json.EndObject();
        Text(json, "id"u8, deviceId);
        json.Name("last"u8);
        json.Time(_last);
        Number(json, "messages"u8, _messages);
        if (_position is { } position) WritePosition(json, position);
        if (Facts.TryGetValue("serialNumber", out var serial)) Text(json, "serialNumber"u8, serial);
        if (Facts.TryGetValue("state", out var state)) Text(json, "state"u8, state);
        json.EndObject();
    }

    void AddOffset(long milliseconds)
    {
        _offsetLow = _offsetCount == 0 ? milliseconds : Math.Min(_offsetLow, milliseconds);
        _offsetHigh = _offsetCount == 0 ? milliseconds : Math.Max(_offsetHigh, milliseconds);
        if (_offsetCount++ % _offsetStride != 0) return;
        _offsets.Add(milliseconds);
        if (_offsets.Count < MaximumOffsets) return;
        var kept = _offsets.Where((_, i) => i % 2 == 0).ToList();
        _offsets.Clear();
        _offsets.AddRange(kept);
        _offsetStride *= 2;
    }

    static void WritePosition(CanonicalJsonWriter json, (double North, double South, double East, double West) position)
    {
        json.Name("position"u8);
        json.BeginObject();
        Text(json, "east"u8, Degrees(position.East));
        Text(json, "north"u8, Degrees(position.North));
        Text(json, "south"u8, Degrees(position.South));
        Text(json, "west"u8, Degrees(position.West));
        json.EndObject();
    }

    static string Degrees(double value) => value.ToString("0.0000000", CultureInfo.InvariantCulture);

    static void Text(CanonicalJsonWriter json, ReadOnlySpan<byte> name, string value)
    {
        json.Name(name);
        json.String(value);
    }

    static void Number(CanonicalJsonWriter json, ReadOnlySpan<byte> name, long value)
    {
        json.Name(name);
        json.Number(value);
    }

    static bool TryNumber(IReadOnlyDictionary<string, string> fields, string name, out double value)
    {
        value = 0;
        return fields.TryGetValue(name, out var text)
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value)
            && double.IsFinite(value) && Math.Abs(value) < 1e9;
    }
}
