using System.Reflection;
using EdgeGateway.Clocks;
using EdgeGateway.Custody;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Devices.Serial;
using EdgeGateway.Docks;
using EdgeGateway.Evidence;
using EdgeGateway.Ingest;
using EdgeGateway.Media;
using EdgeGateway.Retention;
using EdgeGateway.Texts;
using EdgeGateway.Timestamps;
using EdgeGateway.Uploads;
using EdgeGateway.Video;
using EdgeGateway.Web;
using EdgeGateway.Witnessing;

namespace EdgeGateway.Gateway;

/// <summary>Every setting there is, so that a misspelt one is an error and not a silent default.</summary>
static class KnownSettings
{
    static readonly Dictionary<string, Type> Sections = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Gateway"] = typeof(GatewayOptions),
        ["Ledger"] = typeof(LedgerOptions),
        ["Evidence"] = typeof(EvidenceOptions),
        ["Clock"] = typeof(ClockOptions),
        ["Ingest"] = typeof(IngestOptions),
        ["Mqtt"] = typeof(MqttOptions),
        ["Serial"] = typeof(SerialWireOptions),
        ["Uploads"] = typeof(UploadOptions),
        ["Docks"] = typeof(DockOptions),
        ["Video"] = typeof(VideoOptions),
        ["Media"] = typeof(MediaOptions),
        ["Timestamps"] = typeof(TimestampOptions),
        ["Witness"] = typeof(WitnessOptions),
        ["Web"] = typeof(WebOptions),
        ["Review"] = typeof(ReviewOptions),
        ["Retention"] = typeof(RetentionOptions),
        ["Logging"] = typeof(LoggingKeys),
    };

    /// <summary>A sentence for each setting that does not exist, and for a level of the log that is none.</summary>
    public static IEnumerable<string> Unknown(IConfiguration configuration)
    {
        if (configuration["Logging:Level"] is { } level && !Enum.TryParse<Serilog.Events.LogEventLevel>(level, ignoreCase: true, out _))
        {
            yield return $"Logging:Level is '{DisplayText.Of(level)}'; give Verbose, Debug, Information, Warning or Error.";
        }

        foreach (var section in configuration.GetChildren())
        {
            if (!Sections.TryGetValue(section.Key, out var type)) yield return NoSection(section);
            else if (!string.IsNullOrEmpty(section.Value)) yield return Said.Of("settings.section-value", section.Key, DisplayText.Of(section.Value));
            else foreach (var wrong in UnknownIn(section, type)) yield return wrong;
        }
    }

    static IEnumerable<string> UnknownIn(IConfigurationSection section, Type type)
    {
        var known = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite).Select(property => property.Name).ToList();
        foreach (var child in section.GetChildren())
        {
            if (known.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            {
                foreach (var wrong in UnknownInGroup(child, type.GetProperty(child.Key, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase)!.PropertyType)) yield return wrong;
                continue;
            }

            yield return Said.Of("settings.no-setting", $"{section.Path}:{DisplayText.Of(child.Key)}", section.Path, string.Join(", ", known.Order(StringComparer.Ordinal)))
                + DidYouMean(NearName.Of(child.Key, known) is { } near ? $"{section.Path}:{near}" : null);
        }
    }

    /// <summary>Of settings that stand below a name of somebody's choice, such as those of a broker.</summary>
    static IEnumerable<string> UnknownInGroup(IConfigurationSection group, Type type) =>
        type.IsGenericType && type.GetGenericArguments() is [_, { IsClass: true } member] && member != typeof(string)
            ? group.GetChildren().SelectMany(named => UnknownIn(named, member))
            : [];

    /// <summary>Named by the first setting that was given in it: that is what stands on the command line.</summary>
    static string NoSection(IConfigurationSection section)
    {
        var given = section.AsEnumerable().Where(pair => pair.Value is not null).Select(pair => pair.Key).Order(StringComparer.Ordinal).FirstOrDefault() ?? section.Path;
        return Said.Of("settings.no-section", DisplayText.Of(given), DisplayText.Of(section.Key), string.Join(", ", Sections.Keys.Order(StringComparer.Ordinal)))
            + DidYouMean(NearName.Of(section.Key, Sections.Keys));
    }

    static string DidYouMean(string? near) => near is null ? "" : $" {Said.Of("settings.did-you-mean", near)}";

    /// <summary>The settings of our sections that were given, as <c>Section:Key=value</c>, in order.</summary>
    public static IEnumerable<string> InForce(IConfiguration configuration) => configuration.AsEnumerable()
        .Where(pair => pair.Value is not null && Sections.ContainsKey(pair.Key.Split(':')[0]))
        .Select(pair => $"{pair.Key}={pair.Value}")
        .Order(StringComparer.OrdinalIgnoreCase);

    sealed class LoggingKeys
    {
        /// <summary>Verbose, Debug, Information, Warning or Error.</summary>
        public string? Level { get; set; }
    }
}
