using System.Globalization;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;

namespace EdgeGateway.Gateway;

/// <summary>Times as the clock on the site's wall shows them, with its offset. For people; JSON has UTC.</summary>
sealed record SiteTime(TimeZoneInfo Zone)
{
    public static SiteTime Of(GatewayOptions options) => new(TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone));

    /// <summary>Of the ledger in a data directory, whether or not a gateway runs on it; where there is none that can be read, the setting's.</summary>
    public static SiteTime In(string data, string? setting)
    {
        try
        {
            if (TimeZoneInfo.TryFindSystemTimeZoneById(GenesisFile.Read(data).TimeZone, out var zone)) return new SiteTime(zone);
        }
        catch (Exception e) when (e is LedgerCorruptException or IOException or UnauthorizedAccessException)
        {
            // The command itself says what is wrong with the ledger; how times look does not depend on it.
        }

        return new SiteTime(TimeZoneInfo.TryFindSystemTimeZoneById(setting ?? new GatewayOptions().TimeZone, out var set) ? set : TimeZoneInfo.Utc);
    }

    public string Show(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, Zone).ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);

    /// <summary>A time as the ledger writes it; any other text stays as it is.</summary>
    public string Show(string text) => LedgerTime.TryParse(text, out var time) ? Show(time) : text;
}
