using System.CommandLine;
using System.Text.RegularExpressions;
using EdgeGateway.Gateway;
using EdgeGateway.Texts;

namespace EdgeGateway.Cli;

/// <summary>What every command takes: the data directory, JSON or text, and any setting as <c>--Section:Key=value</c>.</summary>
sealed partial record CommandLine(string Data, bool Json, IConfiguration Configuration)
{
    const string DataName = "--data";

    public static readonly Option<bool> JsonOption = new("--json") { Recursive = true };

    SiteTime? _site;

    /// <summary>What the gateway was started with last; null where it never was, or is to be started now.</summary>
    public LastStart? Started { get; private init; }

    /// <summary>Where the settings given are others than those of the last start, a sentence each.</summary>
    public IReadOnlyList<string> Differences { get; private init; } = [];

    /// <summary>How times are shown to people.</summary>
    public SiteTime Site => _site ??= SiteTime.In(Data, Configuration["Gateway:TimeZone"]);

    public static Option<string> DataOption()
    {
        var option = Values.Checked(DataName, text => text.Length == 0 ? Said.Of("usage.empty") : File.Exists(text) ? Said.Of("usage.is-file") : null);
        option.DefaultValueFactory = _ => "./data";
        option.Recursive = true;
        option.HelpName = "DIR";
        return option;
    }

    /// <summary>Takes the settings out of the arguments: the command line's own parser would not know them.</summary>
    public static (string[] Arguments, string[] Settings) Split(IEnumerable<string> arguments)
    {
        var all = arguments.ToList();
        var settings = new List<string>();
        var rest = new List<string>();
        for (var i = 0; i < all.Count; i++)
        {
            if (!Setting().IsMatch(all[i])) rest.Add(all[i]);
            else if (all[i].Contains('=')) settings.Add(all[i]);
            else if (i + 1 < all.Count) settings.Add($"{all[i]}={all[++i]}");
            else rest.Add(all[i]);
        }

        return ([.. rest], [.. settings]);
    }

    /// <exception cref="GatewayException">A setting of the command line does not exist: wrong usage of every command; or appsettings.json can't be read.</exception>
    /// <param name="starts">Whether it starts a gateway: what that was started with before does not count then.</param>
    public static CommandLine Of(ParseResult parsed, IReadOnlyList<string> settings, bool starts = false)
    {
        var data = parsed.GetValue<string>(DataName)!;
        CheckNames(settings);
        var started = starts ? null : LastStart.Read(data, warning => Console.Error.WriteLine($"edgegw: {warning}"));
        return new CommandLine(data, parsed.GetValue(JsonOption), GatewaySettings.Configuration(settings, started))
        {
            Started = started,
            Differences = started is null ? [] : [.. started.Differences(GatewaySettings.Configuration(settings))],
        };
    }

    /// <summary>What is wrong with the settings, in lines; null where nothing is.</summary>
    public static string? Wrong(IReadOnlyList<string> settings)
    {
        try
        {
            GatewaySettings.Read(GatewaySettings.Configuration(settings));
            return null;
        }
        catch (GatewayException e)
        {
            return e.Message;
        }
    }

    /// <summary>Also for a command that reads no settings; one that is misspelt is told with all others that are wrong.</summary>
    static void CheckNames(IReadOnlyList<string> settings)
    {
        if (KnownSettings.Unknown(new ConfigurationBuilder().AddCommandLine([.. settings]).Build()).Any()) GatewaySettings.Read(GatewaySettings.Configuration(settings));
    }

    [GeneratedRegex("^--[A-Za-z]+(:[A-Za-z0-9-]+)+(=.*)?$", RegexOptions.Singleline)]
    private static partial Regex Setting();
}
