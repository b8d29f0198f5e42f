using System.Globalization;
using EdgeGateway.Evidence;
using EdgeGateway.Profiles;

namespace EdgeGateway.Devices.Serial.Nmea;

/// <summary>What a rule reads in a sentence: names of <see cref="Places"/> take the place of JSON pointers.</summary>
public static class NmeaInterpretation
{
    public const string Time = "time";

    /// <summary>What can be read: <c>time</c> only where the receiver has a fix.</summary>
    public static readonly IReadOnlyList<string> Places = [Time, "fix", "latitude", "longitude", "satellites", "hdop"];

    /// <param name="fixed">Whether the receiver has a fix: a sentence without a word on that borrows it from the others.</param>
    public static Interpretation Read(MessageRule rule, NmeaSentence sentence, bool @fixed)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, place) in rule.Fields)
        {
            if (Value(sentence, place, @fixed) is { } value) fields[name] = value;
        }

        var capturedAt = rule.CapturedAt is { } at ? Value(sentence, at.Pointer, @fixed) : null;
        return new Interpretation
        {
            Verdict = ParseVerdict.Ok,
            CapturedAt = capturedAt,
            CapturedAtUtc = capturedAt is null ? null : rule.CapturedAt!.Read(capturedAt),
            Fields = fields,
        };
    }

    /// <summary>What stands in a sentence at a place, or null.</summary>
    public static string? Value(NmeaSentence sentence, string place, bool @fixed) => place switch
    {
        Time => @fixed ? sentence.Time?.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) : null,
        "fix" => sentence.IsValid switch { true => "valid", false => "void", null => null },
        "latitude" => @fixed ? Position(sentence, 2) : null,
        "longitude" => @fixed ? Position(sentence, 3) : null,
        "satellites" => sentence is { IsOfReceiver: true, Type: "GGA" } && sentence.Field(7) is { Length: > 0 } count ? count : null,
        "hdop" => sentence is { IsOfReceiver: true, Type: "GGA" } && sentence.Field(8) is { Length: > 0 } hdop ? hdop : null,
        _ => null,
    };

    /// <summary>Degrees and minutes, <c>5321.6802,N</c>, as decimal degrees.</summary>
    static string? Position(NmeaSentence sentence, int degreeDigits)
    {
        if (!sentence.IsOfReceiver || sentence.Type is not ("RMC" or "GGA")) return null;
        var at = (sentence.Type == "RMC" ? 3 : 2) + (degreeDigits == 2 ? 0 : 2);
        var (text, side) = (sentence.Field(at), sentence.Field(at + 1));
        if (side is not ("N" or "S" or "E" or "W") || (side is "N" or "S") != (degreeDigits == 2) || text.Length is < 4 or > 16) return null;
        if (!int.TryParse(text.AsSpan(0, degreeDigits), NumberStyles.None, CultureInfo.InvariantCulture, out var degrees)) return null;
        if (!decimal.TryParse(text.AsSpan(degreeDigits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var minutes) || minutes >= 60) return null;
        var value = degrees + minutes / 60;
        return (side is "S" or "W" ? -value : value).ToString("0.000000", CultureInfo.InvariantCulture);
    }
}
