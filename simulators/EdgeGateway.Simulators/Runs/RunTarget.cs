using System.Globalization;

namespace EdgeGateway.Simulators.Runs;

/// <summary>Where the gateway listens.</summary>
readonly record struct RunTarget(string Host, int Port)
{
    public static bool TryParse(string text, out RunTarget target)
    {
        target = default;
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)) return false;
        if (port is < 1 or > 65535) return false;
        target = new RunTarget(text[..colon].Trim('[', ']'), port);
        return true;
    }
}
