using System.CommandLine;
using EdgeGateway.Simulators.Scenarios;

namespace EdgeGateway.Simulators.Commands;

/// <summary>Options that several commands have.</summary>
static class CommonOptions
{
    public static Argument<string> Scenario() => new("SCENARIO") { Description = "A scenario's YAML file, or the name of a shipped one" };

    public static Option<bool> Json() => new("--json") { Description = "Print JSON" };

    public static Option<string[]> Lines() => LinesOption("--line", "Where a serial line of the scenario is: NAME=PATH");

    public static Option<string[]> LinesOption(string name, string description) => new(name)
    {
        Description = description,
        AllowMultipleArgumentsPerToken = false,
        Validators =
        {
            result =>
            {
                foreach (var token in result.Tokens.Where(token => token.Value.IndexOf('=', StringComparison.Ordinal) is < 1))
                {
                    result.AddError($"'{token.Value}' is no serial line: write NAME=PATH");
                }
            },
        },
    };

    /// <summary>A duration with its unit; null when not given.</summary>
    public static Option<TimeSpan?> DurationOption(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (Duration.TryParse(text, out var duration)) return duration;
            result.AddError($"'{text}' is no duration: write {Duration.Form}");
            return null;
        },
    };

    public static Dictionary<string, string> Paths(this ParseResult parsed, Option<string[]> lines)
    {
        var paths = new Dictionary<string, string>();
        foreach (var line in parsed.GetValue(lines) ?? [])
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            paths[line[..equals]] = Path.GetFullPath(line[(equals + 1)..]);
        }

        return paths;
    }
}
