using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace EdgeGateway.Media;

/// <summary>
/// What a sample of a video looks like: how much of it is black, does not move, or is blurred. A suspicion that the camera was covered, stood still or was
/// out of focus, and nothing more: a dark night looks the same.
/// </summary>
/// <param name="Sampled">Seconds of the video that were looked at.</param>
/// <param name="Blur">ffmpeg's mean, from 0 for sharp; null where it gave none.</param>
sealed partial record MediaSignals(double Sampled, double Black, double Frozen, double? Blur)
{
    /// <summary>Of the sample, to be worth a suspicion.</summary>
    const double Share = 0.5;

    /// <summary>Sharp pictures are at 3 to 6, and those out of focus well above.</summary>
    const double Blurred = 12;

    /// <summary>What has ffmpeg look at two pictures a second, small, of the first five minutes.</summary>
    public const string Filter = "fps=2,scale=320:-2,blackdetect=d=1:pix_th=0.10,freezedetect=n=0.003:d=4,blurdetect";
    public const double MaximumSeconds = 300;

    /// <param name="said">What ffmpeg wrote on its standard error at level info.</param>
    public static MediaSignals Read(string said, double? seconds)
    {
        var sampled = Math.Min(seconds ?? 0, MaximumSeconds);
        var black = BlackDuration().Matches(said).Sum(match => Number(match.Groups[1].Value));
        var ended = FreezeDuration().Matches(said).Sum(match => Number(match.Groups[1].Value));
        var starts = FreezeStart().Matches(said).Select(match => Number(match.Groups[1].Value)).ToList();

        // A freeze that lasts to the end of the sample has a beginning and no duration.
        var open = starts.Count > FreezeDuration().Count(said) ? Math.Max(0, sampled - starts[^1]) : 0;
        var blur = BlurMean().Match(said) is { Success: true } match ? Number(match.Groups[1].Value) : (double?)null;
        return new MediaSignals(Math.Round(sampled, 1), Math.Round(black, 1), Math.Round(ended + open, 1), blur is null ? null : Math.Round(blur.Value, 1));
    }

    public IEnumerable<string> Suspicions
    {
        get
        {
            if (Sampled <= 0) yield break;
            if (Black >= Share * Sampled) yield return "black";
            if (Frozen >= Share * Sampled && Black < Share * Sampled) yield return "frozen";
            if (Blur >= Blurred) yield return "blurred";
        }
    }

    public JsonObject ToJson() => new()
    {
        ["sampledSeconds"] = Sampled,
        ["blackSeconds"] = Black,
        ["frozenSeconds"] = Frozen,
        ["blur"] = Blur,
        ["suspicions"] = new JsonArray([.. Suspicions.Select(suspicion => (JsonNode)suspicion)]),
    };

    static double Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : 0;

    [GeneratedRegex(@"black_duration:([0-9.]{1,16})", RegexOptions.CultureInvariant)]
    private static partial Regex BlackDuration();

    [GeneratedRegex(@"freezedetect\.freeze_duration: ([0-9.]{1,16})", RegexOptions.CultureInvariant)]
    private static partial Regex FreezeDuration();

    [GeneratedRegex(@"freezedetect\.freeze_start: ([0-9.]{1,16})", RegexOptions.CultureInvariant)]
    private static partial Regex FreezeStart();

    [GeneratedRegex(@"blur mean: ([0-9.]{1,16})", RegexOptions.CultureInvariant)]
    private static partial Regex BlurMean();
}
