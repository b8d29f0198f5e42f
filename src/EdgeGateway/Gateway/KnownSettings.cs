using System.Reflection;
using EdgeGateway.Clocks;
using EdgeGateway.Custody;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Devices.Serial;
using EdgeGateway.Ingest;
using EdgeGateway.Retention;
using EdgeGateway.Timestamps;
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
        ["Timestamps"] = typeof(TimestampOptions),
        ["Witness"] = typeof(WitnessOptions),
        ["Web"] = typeof(WebOptions),
        ["Review"] = typeof(ReviewOptions),
        ["Retention"] = typeof(RetentionOptions),
        ["Logging"] = typeof(LoggingKeys),
    };

    /// <summary>A sentence for each setting of our sections that does not exist. Other sections are the framework's.</summary>
    public static IEnumerable<string> Unknown(IConfiguration configuration)
    {
        if (configuration["Logging:Level"] is { } level && !Enum.TryParse<Serilog.Events.LogEventLevel>(level, ignoreCase: true, out _))
        {
            yield return $"Logging:Level is '{Evidence.DisplayText.Of(level)}'; give Verbose, Debug, Information, Warning or Error.";
        }

        foreach (var (name, type) in Sections)
        {
            var known = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite).Select(property => property.Name).ToList();
            foreach (var child in configuration.GetSection(name).GetChildren())
            {
                if (known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)) continue;
                yield return $"{name}:{child.Key} is not a setting. {name} has {string.Join(", ", known.Order(StringComparer.Ordinal))}.";
            }
        }
    }

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
