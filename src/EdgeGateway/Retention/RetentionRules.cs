using EdgeGateway.Gateway;
using EdgeGateway.Profiles;
using EdgeGateway.Storage.Registry;
using EdgeGateway.Texts;

namespace EdgeGateway.Retention;

/// <summary>What retention says of one item.</summary>
/// <param name="Class">The class that its message names, or <c>default</c>.</param>
/// <param name="Due">From when it may be erased without anybody asking for it; null where no date says so.</param>
/// <param name="Earliest">From when a person may order it; null: never.</param>
sealed record RetentionTerm(string Class, RetentionPeriod Period, DateTimeOffset? Due, DateTimeOffset? Earliest);

/// <summary>
/// How long each item is kept: by the class that its message has in the profile as it is loaded now, counted from the day of
/// sealing in the station's time zone, that day not included.
/// </summary>
sealed class RetentionRules
{
    public const string DefaultClass = "default";

    /// <summary>Of items whose profile or message is not among those loaded: kept until it is.</summary>
    public const string UnknownClass = "unknown";

    readonly ProfileCatalog _profiles;
    readonly TimeZoneInfo _zone;
    readonly Dictionary<string, RetentionPeriod> _periods = new(StringComparer.Ordinal);
    readonly bool _caseKeeps;

    public RetentionRules(RetentionOptions options, ProfileCatalog profiles, TimeZoneInfo zone)
    {
        _profiles = profiles;
        _zone = zone;
        _caseKeeps = options.Tagged == "as-case";
        _periods[DefaultClass] = PeriodOf(options.Default);
        foreach (var (name, period) in options.Classes) _periods[name] = PeriodOf(period);
    }

    /// <summary>Whether a case keeps its items, so that those never fall due by date.</summary>
    public bool CaseKeeps => _caseKeeps;

    /// <summary>The shortest period in months; null where no class ends by date.</summary>
    public int? ShortestMonths => _periods.Values.Min(period => period.Months);

    /// <exception cref="GatewayException">A profile names a class that there is no setting for.</exception>
    public static RetentionRules Checked(GatewaySettings settings, ProfileCatalog profiles)
    {
        var rules = new RetentionRules(settings.Retention, profiles, TimeZoneInfo.FindSystemTimeZoneById(settings.Gateway.TimeZone));
        rules.Check();
        return rules;
    }

    /// <inheritdoc cref="Checked" path="/exception"/>
    public void Check()
    {
        foreach (var profile in _profiles.All)
        {
            foreach (var message in profile.Messages)
            {
                if (message.RetentionClass is not { } name || _periods.ContainsKey(name)) continue;
                throw Failure.Of("retention.no-class", profile.Id, message.Name, name);
            }
        }
    }

    public RetentionTerm Of(EvidenceItem item, ItemState? state)
    {
        // Whoever takes a profile away takes its classes away too: nothing is erased on the word of a file that is missing.
        if (ClassOf(item) is not { } name) return new RetentionTerm(UnknownClass, RetentionPeriod.Permanent, null, null);
        var period = _periods[name];
        var ends = End(item, period.Months ?? (period.AsCase ? _periods[DefaultClass].Months ?? 0 : null));
        var kept = period.Months is null || _caseKeeps && state?.Tag?.Case is not null;
        return new RetentionTerm(name, period, kept ? null : ends, ends);
    }

    static RetentionPeriod PeriodOf(string text) =>
        RetentionPeriod.TryParse(text, out var period) ? period : throw new FormatException(text);

    /// <returns>Null where the profile that the item names, or its message, is not among those loaded.</returns>
    string? ClassOf(EvidenceItem item)
    {
        if (item.Profile is not { } id) return DefaultClass;
        var profile = _profiles.Find(id);
        if (item.Message is not { } name) return profile is null ? null : DefaultClass;
        return profile?.Messages.FirstOrDefault(message => message.Name == name) is { } message ? message.RetentionClass ?? DefaultClass : null;
    }

    /// <summary>The midnight after the day on which the months end.</summary>
    DateTimeOffset? End(EvidenceItem item, int? months)
    {
        if (months is not { } count) return null;
        var day = TimeZoneInfo.ConvertTime(item.SealedAt, _zone).Date.AddMonths(count).AddDays(1);
        return new DateTimeOffset(day, _zone.GetUtcOffset(day)).ToUniversalTime();
    }
}
