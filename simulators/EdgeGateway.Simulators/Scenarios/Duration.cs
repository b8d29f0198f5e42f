using System.Globalization;

namespace EdgeGateway.Simulators.Scenarios;

/// <summary>Durations as people write them: <c>250ms</c>, <c>10s</c>, <c>5m</c>, <c>2h</c>; one unit, whole or decimal.</summary>
static class Duration
{
    public const string Form = "a number with ms, s, m or h, such as 10s";

    static readonly (string Suffix, double Milliseconds)[] Units = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)];

    static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    public static bool TryParse(string text, out TimeSpan duration) => TryParse(text, Longest, out duration);

    /// <summary>The same, backward with <c>-</c> before it, and longer: device clocks are years off.</summary>
    public static bool TryParseStep(string text, out TimeSpan step)
    {
        var isBack = text.StartsWith('-');
        var isStep = TryParse(isBack ? text[1..] : text, 20 * Longest, out step) && step > TimeSpan.Zero;
        if (isBack) step = -step;
        return isStep;
    }

    static bool TryParse(string text, TimeSpan longest, out TimeSpan duration)
    {
        duration = default;
        foreach (var (suffix, milliseconds) in Units)
        {
            if (!text.EndsWith(suffix, StringComparison.Ordinal)) continue;
            var number = text.AsSpan(0, text.Length - suffix.Length);
            if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)) continue;
            if (value * milliseconds > longest.TotalMilliseconds) return false;
            duration = TimeSpan.FromMilliseconds(value * milliseconds);
            return true;
        }

        return false;
    }
}
