using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace EdgeGateway.Devices.Serial.Nmea;

/// <summary>
/// One sentence of NMEA 0183 (IEC 61162-1): <c>$</c>, talker, type, fields, <c>*</c>, the exclusive or of all between <c>$</c>
/// and <c>*</c> in two hexadecimal digits, CR LF. Immutable.
/// </summary>
public sealed class NmeaSentence
{
    /// <summary>GPS, several systems, BeiDou by its old and its new letters, GLONASS, Galileo.</summary>
    static readonly string[] Receivers = ["GP", "GN", "BD", "GB", "GL", "GA"];

    readonly string[] _fields;

    NmeaSentence(string address, string[] fields)
    {
        IsOfReceiver = address.Length == 5 && Receivers.Contains(address[..2]);
        Talker = address.Length == 5 ? address[..2] : address[..1];
        Type = address.Length == 5 ? address[2..] : address[1..];
        _fields = fields;
    }

    /// <summary>Whether a satellite navigation receiver is the talker; of others nothing is read.</summary>
    public bool IsOfReceiver { get; }

    /// <summary>Two letters; of a maker's own sentence <c>P</c>.</summary>
    public string Talker { get; }

    /// <summary>Three letters, e.g. <c>RMC</c>.</summary>
    public string Type { get; }

    /// <summary>
    /// Whether the receiver vouches for it: status A and a mode that is no guess (RMC), quality 1 to 5 (GGA). False for an
    /// estimate, a value put in by hand and a simulator; null in a sentence that does not say.
    /// </summary>
    public bool? IsValid => !IsOfReceiver ? null : Type switch
    {
        "RMC" => Field(2) == "A" && Field(12) is ("" or "A" or "D" or "F" or "P" or "R"),
        "GGA" => Field(6) is "1" or "2" or "3" or "4" or "5",
        _ => null,
    };

    /// <summary>UTC where the sentence has date and time (RMC, ZDA); null where it has not, or they are none. It does not say whether to trust it.</summary>
    public DateTimeOffset? Time => !IsOfReceiver ? null : Type switch
    {
        "RMC" when Field(9) is { Length: 6 } date => Moment(Century(date), Field(1)),
        "ZDA" when (Field(2), Field(3), Field(4)) is ({ Length: 2 } day, { Length: 2 } month, { Length: 4 } year) => Moment(day + month + year, Field(1)),
        _ => null,
    };

    /// <summary>A field by its number, from 1 behind the type; empty where it is not there.</summary>
    public string Field(int number) => number <= _fields.Length ? _fields[number - 1] : "";

    /// <summary>Whether the checksum of a whole frame is there and fits.</summary>
    public static bool ChecksumIsRight(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < 6 || frame[^5] != (byte)'*') return false;
        byte sum = 0;
        foreach (var b in frame[1..^5]) sum ^= b;
        return byte.TryParse(frame[^4..^2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var stated) && stated == sum;
    }

    /// <param name="frame">From <c>$</c> to CR LF, its checksum right.</param>
    public static bool TryParse(ReadOnlySpan<byte> frame, [NotNullWhen(true)] out NmeaSentence? sentence)
    {
        sentence = null;
        if (frame.Length < 6 || frame[..^2].IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E) >= 0) return false;
        var parts = Encoding.ASCII.GetString(frame[1..^5]).Split(',');
        if (!parts[0].All(char.IsAsciiLetterOrDigit) || !(parts[0].Length == 5 || parts[0] is ['P', _, ..])) return false;
        sentence = new NmeaSentence(parts[0], parts[1..]);
        return true;
    }

    /// <summary>RMC writes two digits of the year. GPS time begins in 1980.</summary>
    static string Century(string date) => date[..4] + (string.CompareOrdinal(date[4..], "80") >= 0 ? "19" : "20") + date[4..];

    static DateTimeOffset? Moment(string date, string time)
    {
        if (time.Length < 6 || time.Length > 6 && time[6] != '.') return null;
        var fraction = time.Length > 6 ? time[7..] : "";
        if (fraction.Length > 7 || !(date + time[..6] + fraction).All(char.IsAsciiDigit)) return null;
        return DateTimeOffset.TryParseExact(
            date + time[..6] + fraction.PadRight(7, '0'), "ddMMyyyyHHmmssfffffff", CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment) ? moment : null;
    }
}
