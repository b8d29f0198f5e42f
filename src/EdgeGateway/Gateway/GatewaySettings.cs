using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Devices.Serial;
using EdgeGateway.Ingest;
using EdgeGateway.Storage.Ledger;
using Microsoft.Extensions.Options;

namespace EdgeGateway.Gateway;

/// <summary>The settings that opening a data directory needs, checked.</summary>
sealed record GatewaySettings(GatewayOptions Gateway, LedgerOptions Ledger)
{
    /// <summary>Every setting that was given, as <c>Section:Key=value</c>.</summary>
    public IReadOnlyList<string> InForce { get; init; } = [];

    /// <summary>Where settings come from, the later ones first: the command line, the environment, appsettings.json of the working directory.</summary>
    public static IConfigurationRoot Configuration(IReadOnlyList<string> arguments) => new ConfigurationBuilder()
        .AddJsonFile(Path.GetFullPath("appsettings.json"), optional: true)
        .AddEnvironmentVariables("EDGEGW__")
        .AddCommandLine([.. arguments])
        .Build();

    /// <exception cref="GatewayException">Names every wrong setting at once.</exception>
    public static GatewaySettings Read(IConfiguration configuration)
    {
        var errors = new List<string>(KnownSettings.Unknown(configuration));
        var gateway = Bind<GatewayOptions>(configuration, "Gateway", new GatewayOptionsValidator(), errors);
        var ledger = Bind<LedgerOptions>(configuration, "Ledger", new LedgerOptionsValidator(), errors);
        Bind<IngestOptions>(configuration, "Ingest", new IngestOptionsValidator(), errors);
        CheckWires(configuration, errors);
        return errors.Count == 0
            ? new GatewaySettings(gateway, ledger) { InForce = [.. KnownSettings.InForce(configuration)] }
            : throw new GatewayException($"The settings have errors:\n{string.Join('\n', errors)}");
    }

    public LedgerSettings ToLedger(string data) => new()
    {
        Data = data,
        Origin = Gateway.Origin,
        TimeZone = Gateway.TimeZone,
        SegmentBytes = Ledger.SegmentBytes,
        QueueLength = Ledger.QueueLength,
        RepeatEntries = Ledger.RepeatEntries,
        ReserveBytes = Ledger.ReserveBytes,
    };

    /// <summary>The wires check their own settings, when they are made; here before anything is opened.</summary>
    static void CheckWires(IConfiguration configuration, List<string> errors)
    {
        using var services = new ServiceCollection().AddSingleton(configuration).AddMqttWire(_ => true).AddSerialWire().BuildServiceProvider();
        Check<MqttOptions>("Mqtt");
        Check<SerialWireOptions>("Serial");

        void Check<T>(string section)
            where T : class
        {
            try
            {
                _ = services.GetRequiredService<IOptions<T>>().Value;
            }
            catch (OptionsValidationException e)
            {
                errors.AddRange(e.Failures.Select(failure => Named(section, failure)));
            }
            catch (InvalidOperationException e)
            {
                errors.Add($"{section}: {e.Message}");
            }
        }
    }

    /// <summary>One by one, so that a value that can't be read does not hide the others.</summary>
    static T Bind<T>(IConfiguration configuration, string section, IValidateOptions<T> validator, List<string> errors)
        where T : class, new()
    {
        var options = new T();
        foreach (var property in typeof(T).GetProperties().Where(property => property.CanWrite))
        {
            var setting = configuration.GetSection(section).GetSection(property.Name);
            if (setting.Value is null) continue;
            try
            {
                property.SetValue(options, setting.Get(property.PropertyType));
            }
            catch (InvalidOperationException)
            {
                errors.Add($"{section}:{property.Name} is '{setting.Value}', which can't be read as {property.PropertyType.Name}.");
            }
        }

        if (validator.Validate(null, options) is { Failed: true } result) errors.AddRange(result.Failures!.Select(failure => Named(section, failure)));
        return options;
    }

    /// <summary>Generated validators name the member alone.</summary>
    static string Named(string section, string failure) =>
        failure.Contains($"{section}:", StringComparison.Ordinal) ? failure : $"{section}:{failure}";
}
