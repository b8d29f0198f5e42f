using System.Globalization;

namespace EdgeGateway.Ledger;

/// <summary>Times as the ledger writes them: UTC, microseconds, <c>2026-11-22T05:06:07.123456Z</c>, always 27 characters.</summary>
public static class LedgerTime
{
    public const int Length = 27;

    const string Pattern = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    public static void Format(DateTimeOffset value, Span<byte> destination)
    {
        if (destination.Length < Length) throw new ArgumentException($"A ledger time needs {Length} bytes.", nameof(destination));

        // By hand, as every entry has one: the framework's own formatting took a tenth of writing a leaf.
        var utc = value.UtcDateTime;
        "0000-00-00T00:00:00.000000Z"u8.CopyTo(destination);
        Digits(utc.Year, destination[..4]);
        Digits(utc.Month, destination[5..7]);
        Digits(utc.Day, destination[8..10]);
        Digits(utc.Hour, destination[11..13]);
        Digits(utc.Minute, destination[14..16]);
        Digits(utc.Second, destination[17..19]);
        Digits((int)(utc.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond), destination[20..26]);
    }

    public static string Format(DateTimeOffset value) => value.UtcDateTime.ToString(Pattern, CultureInfo.InvariantCulture);

    public static bool TryParse(string? text, out DateTimeOffset value) =>
        DateTimeOffset.TryParseExact(
            text, Pattern, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out value);

    static void Digits(int value, Span<byte> destination)
    {
        for (var i = destination.Length - 1; i >= 0; i--)
        {
            destination[i] = (byte)('0' + value % 10);
            value /= 10;
        }
    }
}
