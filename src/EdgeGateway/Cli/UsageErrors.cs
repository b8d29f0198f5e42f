using System.CommandLine;
using System.Text.RegularExpressions;
using EdgeGateway.Evidence;
using EdgeGateway.Texts;

namespace EdgeGateway.Cli;

/// <summary>What is wrong with a command line, in the language of whoever wrote it: the parser's own sentences are English.</summary>
static partial class UsageErrors
{
    public static IEnumerable<string> Of(ParseResult parsed) => parsed.Errors.Select(error => Of(error.Message)).Distinct();

    static string Of(string message)
    {
        foreach (var (pattern, key) in (ReadOnlySpan<(Regex, string)>)[
            (Required(), "usage.required"), (NoValue(), "usage.no-value"), (NoArgument(), "usage.no-argument"),
            (Unknown(), "usage.unknown"), (Once(), "usage.once"), (NoCommand(), "usage.no-command")])
        {
            if (pattern.Match(message) is { Success: true } match) return Said.Of(key, DisplayText.Of(match.Groups[1].Value));
        }

        return message;
    }

    [GeneratedRegex("^Option '(.*)' is required\\.$", RegexOptions.Singleline)]
    private static partial Regex Required();

    [GeneratedRegex("^Required argument missing for option: '(.*)'\\.$", RegexOptions.Singleline)]
    private static partial Regex NoValue();

    [GeneratedRegex("^Required argument '(.*)' missing for command: '.*'\\.$", RegexOptions.Singleline)]
    private static partial Regex NoArgument();

    [GeneratedRegex("^Unrecognized command or argument '(.*)'\\.$", RegexOptions.Singleline)]
    private static partial Regex Unknown();

    [GeneratedRegex("^Option '(.*)' expects a single argument but \\d+ were provided\\.$", RegexOptions.Singleline)]
    private static partial Regex Once();

    [GeneratedRegex("^Required command was not provided\\.$()")]
    private static partial Regex NoCommand();
}
