using System.Globalization;

namespace EdgeGateway.Retention;

/// <summary>How long items of a class are kept.</summary>
/// <param name="Months">From the day of sealing; null where no date ends it.</param>
/// <param name="AsCase">Kept as long as the case file, which a person says; else, without months, for ever.</param>
readonly record struct RetentionPeriod(int? Months, bool AsCase)
{
    public const int MostMonths = 1200;

    public static readonly RetentionPeriod Permanent = new(null, AsCase: false);

    public static bool TryParse(string? text, out RetentionPeriod period)
    {
        period = Permanent;
        switch (text)
        {
            case "permanent":
                return true;
            case "as-case":
                period = new RetentionPeriod(null, AsCase: true);
                return true;
            default:
                if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var months) || months is < 1 or > MostMonths) return false;
                period = new RetentionPeriod(months, AsCase: false);
                return true;
        }
    }

    public override string ToString() =>
        Months is { } months ? months.ToString(CultureInfo.InvariantCulture) : AsCase ? "as-case" : "permanent";
}
