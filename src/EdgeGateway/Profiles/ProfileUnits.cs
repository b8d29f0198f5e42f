using System.Globalization;
using System.Text.RegularExpressions;

namespace EdgeGateway.Profiles;

/// <summary>Durations such as <c>30s</c> or <c>200ms</c> and sizes such as <c>4 MiB</c>: one whole number and one unit.</summary>
static partial class ProfileUnits
{
    public static bool TryDuration(string text, out TimeSpan duration)
    {
        duration = default;
        if (Duration().Match(text) is not { Success: true } match) return false;

        var number = int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        duration = match.Groups[2].Value switch
        {
            "ms" => TimeSpan.FromMilliseconds(number),
            "s" => TimeSpan.FromSeconds(number),
            "m" => TimeSpan.FromMinutes(number),
            "h" => TimeSpan.FromHours(number),
            _ => TimeSpan.FromDays(number),
        };
        return true;
    }

    public static bool TrySize(string text, out long bytes)
    {
        bytes = 0;
        if (Size().Match(text) is not { Success: true } match) return false;

        var number = long.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        bytes = number << match.Groups[2].Value switch { "B" => 0, "KiB" => 10, "MiB" => 20, _ => 30 };
        return true;
    }

    [GeneratedRegex(@"\A([1-9][0-9]{0,5})(ms|s|m|h|d)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Duration();

    [GeneratedRegex(@"\A([1-9][0-9]{0,5}) ?(B|KiB|MiB|GiB)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Size();
}
