using System.Globalization;

namespace EdgeGateway.Profiles;

/// <summary>
/// How devices write a time: <c>rfc3339</c>, <c>unix-ms</c>, <c>unix-s</c>, or a pattern made of <c>yyyy MM dd HH mm ss fff</c>,
/// each at most once and beginning with the year, month and day, with <c>-/:._ T</c> between them as literals.
/// </summary>
public static class TimeFormat
{
    public const string Rfc3339 = "rfc3339";
    public const string UnixMilliseconds = "unix-ms";
    public const string UnixSeconds = "unix-s";

    static readonly string[] Parts = ["yyyy", "MM", "dd", "HH", "mm", "ss", "fff"];

    public static bool IsKnown(string format) => format is Rfc3339 or UnixMilliseconds or UnixSeconds || IsPattern(format);

    /// <summary>Reads a time to the tick (100 ns); digits beyond are cut, not rounded.</summary>
    /// <param name="utcOffset">Where the text names no zone.</param>
    /// <returns>UTC, or null: the text does not have this form, or names no moment (a 61st second, 30 February).</returns>
    public static DateTimeOffset? Read(string text, string format, TimeSpan utcOffset) => format switch
    {
        Rfc3339 => ReadRfc3339(text, utcOffset),
        UnixSeconds => ReadUnix(text, TimeSpan.TicksPerSecond),
        UnixMilliseconds => ReadUnix(text, TimeSpan.TicksPerMillisecond),
        _ => ReadPattern(text, format, utcOffset),
    };

    static bool IsPattern(string format)
    {
        var position = 0;
        var seen = 0;
        while (position < format.Length)
        {
            var part = PartAt(format, position);
            if (part is null)
            {
                if (!"-/:._ T".Contains(format[position])) return false;
                position++;
                continue;
            }

            // In order and without a hole: what is left out at the end is zero.
            if (seen == Parts.Length || Parts[seen] != part) return false;
            seen++;
            position += part.Length;
        }

        return seen >= 3;
    }

    static string? PartAt(string format, int position) =>
        Array.Find(Parts, part => string.CompareOrdinal(format, position, part, 0, part.Length) == 0);

    static DateTimeOffset? ReadPattern(string text, string format, TimeSpan utcOffset)
    {
        if (text.Length != format.Length || !IsPattern(format)) return null;

        Span<int> values = stackalloc int[Parts.Length];
        var seen = 0;
        for (var position = 0; position < format.Length;)
        {
            if (PartAt(format, position) is not { } part)
            {
                if (text[position] != format[position]) return null;
                position++;
                continue;
            }

            if (!TryDigits(text.AsSpan(position, part.Length), out values[seen++])) return null;
            position += part.Length;
        }

        return Combine(values, values[6] * TimeSpan.TicksPerMillisecond, utcOffset);
    }

    // RFC 3339 section 5.6: date "T" time, any number of fraction digits, "Z" or an offset, letters in either case; its note
    // allows a space for the "T". Devices leave the zone out: then the profile's offset holds.
    static DateTimeOffset? ReadRfc3339(string text, TimeSpan utcOffset)
    {
        if (text.Length < 19 || text[4] != '-' || text[7] != '-' || text[10] is not ('T' or 't' or ' ') || text[13] != ':' || text[16] != ':') return null;

        Span<int> values = stackalloc int[Parts.Length];
        var rest = text.AsSpan(19);
        if (!TryDigits(text.AsSpan(0, 4), out values[0]) || !TryDigits(text.AsSpan(5, 2), out values[1])
            || !TryDigits(text.AsSpan(8, 2), out values[2]) || !TryDigits(text.AsSpan(11, 2), out values[3])
            || !TryDigits(text.AsSpan(14, 2), out values[4]) || !TryDigits(text.AsSpan(17, 2), out values[5])
            || !TryFraction(ref rest, TimeSpan.TicksPerSecond, out var ticks)) return null;

        if (rest is "Z" or "z") utcOffset = TimeSpan.Zero;
        else if (!rest.IsEmpty && !TryOffset(rest, out utcOffset)) return null;
        return Combine(values, ticks, utcOffset);
    }

    static DateTimeOffset? ReadUnix(string text, long ticksPerUnit)
    {
        var rest = text.AsSpan();
        var digits = rest.IndexOfAnyExceptInRange('0', '9') is var end and >= 0 ? end : rest.Length;
        if (digits is 0 or > 15) return null;

        var whole = long.Parse(rest[..digits], CultureInfo.InvariantCulture);
        rest = rest[digits..];
        if (!TryFraction(ref rest, ticksPerUnit, out var ticks) || !rest.IsEmpty) return null;
        var most = (DateTime.MaxValue.Ticks - DateTime.UnixEpoch.Ticks) / ticksPerUnit;
        return whole >= most ? null : DateTimeOffset.UnixEpoch.AddTicks((whole * ticksPerUnit) + ticks);
    }

    /// <summary>Reads <c>+08:00</c>: within a day, as zones are (at most 14 hours).</summary>
    public static bool TryOffset(ReadOnlySpan<char> text, out TimeSpan offset)
    {
        offset = default;
        if (text.Length != 6 || text[0] is not ('+' or '-') || text[3] != ':'
            || !TryDigits(text[1..3], out var hours) || !TryDigits(text[4..], out var minutes) || minutes > 59) return false;

        offset = new TimeSpan(hours, minutes, 0);
        if (offset > TimeSpan.FromHours(14)) return false;
        if (text[0] == '-') offset = -offset;
        return true;
    }

    static bool TryFraction(ref ReadOnlySpan<char> rest, long ticksPerUnit, out long ticks)
    {
        ticks = 0;
        if (rest.IsEmpty || rest[0] != '.') return true;

        var position = 1;
        for (var weight = ticksPerUnit / 10; position < rest.Length && char.IsAsciiDigit(rest[position]); position++, weight /= 10)
        {
            ticks += (rest[position] - '0') * weight;
        }

        var any = position > 1;
        rest = rest[position..];
        return any;
    }

    static bool TryDigits(ReadOnlySpan<char> text, out int value)
    {
        value = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c)) return false;
            value = (value * 10) + (c - '0');
        }

        return true;
    }

    static DateTimeOffset? Combine(ReadOnlySpan<int> values, long ticks, TimeSpan utcOffset)
    {
        if (values[0] < 1 || values[1] is < 1 or > 12 || values[2] < 1 || values[2] > DateTime.DaysInMonth(values[0], values[1])
            || values[3] > 23 || values[4] > 59 || values[5] > 59) return null;

        var local = new DateTime(values[0], values[1], values[2], values[3], values[4], values[5], DateTimeKind.Unspecified).Ticks + ticks;
        var utc = local - utcOffset.Ticks;
        return utc < 0 || utc > DateTime.MaxValue.Ticks ? null : new DateTimeOffset(utc, TimeSpan.Zero);
    }
}
