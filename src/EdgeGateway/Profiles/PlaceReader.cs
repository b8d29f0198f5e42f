using System.Text.RegularExpressions;
using EdgeGateway.Devices.Serial.Nmea;
using EdgeGateway.Docks;
using EdgeGateway.Evidence;

namespace EdgeGateway.Profiles;

/// <summary>Reads where in a message identity, time, fields and filing are, and sees that its format has such places.</summary>
/// <param name="format">Null where it could not be read: then places are not checked.</param>
/// <param name="file">Of a file its pattern, whose words are the places; null where it could not be read.</param>
sealed partial class PlaceReader(PayloadFormat? format, FilePattern? file)
{
    /// <summary>Not a device's words but the gateway's, about what it saw.</summary>
    bool IsOurs => format is PayloadFormat.Listing or PayloadFormat.Segment or PayloadFormat.Contact;

    public string? ReadEventId(ProfileSection section)
    {
        if (format == PayloadFormat.Hj212) section.RefuseIfPresent("eventId", "for hj212, where QN, CN and PNO are the identity");
        if (format == PayloadFormat.Nmea) section.RefuseIfPresent("eventId", "for nmea, where sentences have no identity");
        if (format == PayloadFormat.Modbus) section.RefuseIfPresent("eventId", "for modbus, where answers have no identity");
        if (format == PayloadFormat.File) section.RefuseIfPresent("eventId", "for files, which are known by their path");
        if (IsOurs) section.RefuseIfPresent("eventId", "for what the gateway itself writes");
        if (format == PayloadFormat.Bytes) section.RefuseIfPresent("eventId", "for bytes, which are not read into");
        var pointer = section.Text("eventId", required: false);
        if (pointer is not null) CheckPlace(section, "eventId", pointer);
        return pointer;
    }

    public TimeRule? ReadCapturedAt(ProfileSection message)
    {
        if (format == PayloadFormat.Bytes) message.RefuseIfPresent("capturedAt", "for bytes, which are not read into");
        if (format == PayloadFormat.Modbus) message.RefuseIfPresent("capturedAt", "for modbus, whose answers bear no time");
        if (IsOurs) message.RefuseIfPresent("capturedAt", "for what the gateway itself writes: its own time is in the entry");
        if (format == PayloadFormat.Modbus || IsOurs || message.Section("capturedAt", "'capturedAt'", ProfileKeys.CapturedAt, required: false) is not { } section) return null;

        var pointer = section.Text("pointer");
        if (pointer is not null) CheckPlace(section, "pointer", pointer);
        var form = section.Text("format");
        if (form is not null && !TimeFormat.IsKnown(form))
        {
            section.Refuse("format", $"'{form}' of key 'format' is not known: use rfc3339, unix-ms, unix-s, or a pattern such as yyyyMMddHHmmss");
        }

        var offset = TimeSpan.Zero;
        if (form is TimeFormat.UnixMilliseconds or TimeFormat.UnixSeconds)
        {
            section.RefuseIfPresent("utcOffset", "for seconds since 1970, which are UTC");
        }
        else if (section.Text("utcOffset") is { } text && !TimeFormat.TryOffset(text, out offset))
        {
            section.Refuse("utcOffset", $"'{text}' of key 'utcOffset' must be an offset such as \"+08:00\"");
        }

        return pointer is null || form is null ? null : new TimeRule(pointer, form, offset);
    }

    public Dictionary<string, string> ReadFields(ProfileSection message, IReadOnlyList<ModbusPoint> points)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        if (format == PayloadFormat.Bytes) message.RefuseIfPresent("fields", "for bytes, which are not read into");
        if (message.Section("fields", "'fields'", ProfileKeys.Fields, required: false) is not { } section) return fields;

        foreach (var name in section.Keys.Intersect(ProfileKeys.Fields))
        {
            if (section.Text(name) is not { } pointer) continue;
            if (format != PayloadFormat.Modbus) CheckPlace(section, name, pointer);
            else if (!points.Any(point => point.Name == pointer)) section.Refuse(name, $"'{pointer}' of key '{name}' is none of this message's 'points'");
            fields[name] = pointer;
        }

        return fields;
    }

    public IEnumerable<(string Key, string Pointer)> ReadFiling(ProfileSection message)
    {
        foreach (var key in ProfileKeys.Filing)
        {
            if (format is not (null or PayloadFormat.Json or PayloadFormat.Auto or PayloadFormat.File)) message.RefuseIfPresent(key, "for messages that are not JSON");
            if (format is not (null or PayloadFormat.Json or PayloadFormat.Auto or PayloadFormat.File) || message.Text(key, required: false) is not { } pointer) continue;
            CheckPlace(message, key, pointer);
            yield return (key, pointer);
        }
    }

    void CheckPlace(ProfileSection section, string key, string place)
    {
        if (format == PayloadFormat.Hj212)
        {
            if (!Hj212Name().IsMatch(place)) section.Refuse(key, $"'{place}' of key '{key}' must be the name of an HJ 212 field, such as DataTime");
        }
        else if (format == PayloadFormat.Nmea)
        {
            if (!NmeaInterpretation.Places.Contains(place)) section.Refuse(key, $"'{place}' of key '{key}' is not read in NMEA: use one of {string.Join(", ", NmeaInterpretation.Places)}");
        }
        else if (format == PayloadFormat.File)
        {
            if (file?.Words.Contains(place) == false) section.Refuse(key, $"'{place}' of key '{key}' is no place of 'file': use one of {string.Join(", ", file.Words)}");
        }
        else if (format is not null && !JsonPointer.TryParse(place, out _, out var error))
        {
            section.Refuse(key, $"'{place}' of key '{key}' is not an RFC 6901 pointer such as /device/time: {error}");
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Hj212Name();
}
