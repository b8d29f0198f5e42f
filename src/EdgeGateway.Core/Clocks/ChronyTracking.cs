using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EdgeGateway.Clocks;

/// <summary>
/// What <c>chronyc -c tracking</c> prints: one line of 14 fields (chronyc(1), "tracking"). Read strictly, because entries
/// will say for ever what it said: a line that is cut off, or has anything else in it, is no answer.
/// </summary>
/// <param name="ReferenceId">Of the source that it follows, eight hexadecimal digits.</param>
/// <param name="Stratum">0 where it is not synchronised.</param>
/// <param name="OffsetMicroseconds">The system clock less chrony's time: positive where the system clock is fast.</param>
/// <param name="RootDelayMicroseconds">To the reference clock and back.</param>
/// <param name="RootDispersionMicroseconds">Error gathered on the way.</param>
/// <param name="Leap"><c>Normal</c>, <c>Insert second</c>, <c>Delete second</c> or <c>Not synchronised</c>.</param>
public sealed record ChronyTracking(
    string ReferenceId, int Stratum, long OffsetMicroseconds, long RootDelayMicroseconds, long RootDispersionMicroseconds, string Leap)
{
    const int Fields = 14;

    /// <summary>Beyond this no correction is believable, and in microseconds it still is an integer of the ledger.</summary>
    const decimal MaximumSeconds = 1_000_000_000;

    const int MaximumStratum = 15;

    /// <summary>127.127.1.1: the directive <c>local</c>, in which chrony vouches for the machine's own clock.</summary>
    const string LocalReference = "7F7F0101";

    static readonly string[] Leaps = ["Normal", "Insert second", "Delete second", "Not synchronised"];

    /// <summary>The true time is within so much of chrony's (chronyc(1): root dispersion and half the root delay).</summary>
    public long UncertaintyMicroseconds => RootDispersionMicroseconds + (RootDelayMicroseconds + 1) / 2;

    /// <summary>Why this is not a synchronised clock, as part of a sentence; null where it is one.</summary>
    public string? WhyNot =>
        Leap != "Normal" ? $"its leap status is '{Leap}'"
        : Stratum is < 1 or > MaximumStratum ? $"its stratum is {Stratum}"
        : ReferenceId == LocalReference ? "it follows this machine's own clock (directive 'local')"
        : null;

    /// <param name="text">All that was printed, with the line's end.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out ChronyTracking? tracking, [NotNullWhen(false)] out string? error)
    {
        tracking = null;
        if (!text.EndsWith('\n') || text.IndexOf('\n', StringComparison.Ordinal) != text.Length - 1)
        {
            error = "it did not print one whole line";
            return false;
        }

        var fields = text[..^1].Split(',');
        if (fields.Length != Fields)
        {
            error = $"its line has {fields.Length} fields where there should be {Fields}";
            return false;
        }

        var leap = Array.IndexOf(Leaps, fields[13]);
        if (fields[0].Length != 8 || !fields[0].All(char.IsAsciiHexDigitUpper)) error = "its reference id is not eight hexadecimal digits";
        else if (!int.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var stratum) || stratum > byte.MaxValue) error = "its stratum is no number";
        else if (!TrySeconds(fields[4], out var correction)) error = "its system time is no number of seconds";
        else if (!TrySeconds(fields[10], out var delay) || delay < 0) error = "its root delay is no number of seconds";
        else if (!TrySeconds(fields[11], out var dispersion) || dispersion < 0) error = "its root dispersion is no number of seconds";
        else if (leap < 0) error = "its leap status is none of those that chrony has";
        else
        {
            // chrony gives what must be added to the system clock: positive where that is slow.
            tracking = new ChronyTracking(fields[0], stratum, -Microseconds(correction), Microseconds(delay), Microseconds(dispersion), Leaps[leap]);
            error = null;
            return true;
        }

        return false;
    }

    static bool TrySeconds(string text, out decimal seconds) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out seconds)
        && Math.Abs(seconds) <= MaximumSeconds && text.All(c => char.IsAsciiDigit(c) || c is '.' or '-' or '+');

    // Away from zero: an uncertainty is never told smaller than it is.
    static long Microseconds(decimal seconds) =>
        (long)(seconds < 0 ? Math.Floor(seconds * 1_000_000) : Math.Ceiling(seconds * 1_000_000));
}
