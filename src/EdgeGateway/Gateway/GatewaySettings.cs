using EdgeGateway.Clocks;
using EdgeGateway.Custody;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Devices.Serial;
using EdgeGateway.Ingest;
using EdgeGateway.Retention;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Texts;
using EdgeGateway.Timestamps;
using EdgeGateway.Web;
using EdgeGateway.Witnessing;
using Microsoft.Extensions.Options;

namespace EdgeGateway.Gateway;

/// <summary>The settings that opening a data directory needs, checked.</summary>
sealed record GatewaySettings(GatewayOptions Gateway, LedgerOptions Ledger)
{
    public EvidenceOptions Evidence { get; init; } = new();

    public TimestampOptions Timestamps { get; init; } = new();

    public WitnessOptions Witness { get; init; } = new();

    public WebOptions Web { get; init; } = new();

    public ReviewOptions Review { get; init; } = new();

    public RetentionOptions Retention { get; init; } = new();

    public ClockOptions Clock { get; init; } = new();

    /// <summary>Every setting that was given, as <c>Section:Key=value</c>.</summary>
    public IReadOnlyList<string> InForce { get; init; } = [];

    /// <summary>
    /// Where settings come from, the later ones first: the command line, the environment, appsettings.json of the working directory, and for a
    /// command while no gateway runs the last start.
    /// </summary>
    /// <exception cref="GatewayException">appsettings.json can't be read.</exception>
    public static IConfigurationRoot Configuration(IReadOnlyList<string> arguments, LastStart? started = null)
    {
        var given = Given(Path.GetFullPath("appsettings.json"), arguments);
        return started is null ? given : new ConfigurationBuilder().AddInMemoryCollection(started.NotIn(given)).AddConfiguration(given).Build();
    }

    static IConfigurationRoot Given(string file, IReadOnlyList<string> arguments)
    {
        try
        {
            return new ConfigurationBuilder().AddJsonFile(file, optional: true).AddEnvironmentVariables("EDGEGW__").AddCommandLine([.. arguments]).Build();
        }
        catch (InvalidDataException e)
        {
            throw Failure.Usage("settings.file", file, EdgeGateway.Evidence.DisplayText.Of(e.GetBaseException().Message, 400));
        }
    }

    /// <exception cref="GatewayException">Names every wrong setting at once.</exception>
    public static GatewaySettings Read(IConfiguration configuration)
    {
        var errors = new List<string>();
        var settings = Read(configuration, errors);
        return errors.Count == 0 ? settings : throw Failure.Usage("settings.wrong", string.Join('\n', errors));
    }

    static GatewaySettings Read(IConfiguration configuration, List<string> errors)
    {
        errors.AddRange(KnownSettings.Unknown(configuration));
        var gateway = Bind<GatewayOptions>(configuration, "Gateway", new GatewayOptionsValidator(), errors);
        var ledger = Bind<LedgerOptions>(configuration, "Ledger", new LedgerOptionsValidator(), errors);
        var evidence = Bind<EvidenceOptions>(configuration, "Evidence", null, errors);
        var clock = Bind<ClockOptions>(configuration, "Clock", new ClockOptionsValidator(), errors);
        Bind<IngestOptions>(configuration, "Ingest", new IngestOptionsValidator(), errors);
        var timestamps = Bind<TimestampOptions>(configuration, "Timestamps", new TimestampOptionsValidator(), errors);
        var witness = Bind<WitnessOptions>(configuration, "Witness", new WitnessOptionsValidator(), errors);
        var web = Bind<WebOptions>(configuration, "Web", new WebOptionsValidator(), errors);
        var review = Bind<ReviewOptions>(configuration, "Review", new ReviewOptionsValidator(), errors);
        var classes = configuration.GetSection("Retention:Classes").GetChildren().ToDictionary(child => child.Key, child => child.Value ?? "", StringComparer.Ordinal);
        var retention = Bind(configuration, "Retention", new RetentionOptionsValidator(), errors, new RetentionOptions { Classes = classes });
        CheckWires(configuration, errors);
        return new GatewaySettings(gateway, ledger)
        {
            Evidence = evidence,
            Timestamps = timestamps,
            Witness = witness,
            Web = web,
            Review = review,
            Retention = retention,
            Clock = clock,
            InForce = [.. KnownSettings.InForce(configuration)],
        };
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
        SecondPlace = Ledger.SecondPlace,
        SecondPlaceRequired = Ledger.SecondPlaceRequired,
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
    static T Bind<T>(IConfiguration configuration, string section, IValidateOptions<T>? validator, List<string> errors, T? options = null)
        where T : class, new()
    {
        options ??= new T();
        foreach (var property in typeof(T).GetProperties().Where(property => property.CanWrite))
        {
            var setting = configuration.GetSection(section).GetSection(property.Name);
            if (!setting.Exists()) continue;
            try
            {
                property.SetValue(options, setting.Get(property.PropertyType, binder => binder.ErrorOnUnknownConfiguration = true));
            }
            catch (InvalidOperationException e)
            {
                errors.Add(setting.Value is { } value
                    ? $"{section}:{property.Name} is '{value}', which can't be read as {property.PropertyType.Name}."
                    : $"{section}:{property.Name} can't be read: {EdgeGateway.Evidence.DisplayText.Of(e.GetBaseException().Message, 400)}");
            }
        }

        if (validator?.Validate(null, options) is { Failed: true } result) errors.AddRange(result.Failures!.Select(failure => Named(section, failure)));
        return options;
    }

    /// <summary>Generated validators name the member alone.</summary>
    static string Named(string section, string failure) =>
        failure.Contains($"{section}:", StringComparison.Ordinal) ? failure : $"{section}:{failure}";
}
