using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using EdgeGateway.Texts;

namespace EdgeGateway.Cli;

/// <summary>The parser's page of help, whose own few words are English, in the language of whoever asked.</summary>
sealed class HelpPage(HelpAction page) : SynchronousCommandLineAction
{
    public static void Translate(Command root)
    {
        foreach (var option in root.Options.OfType<HelpOption>())
        {
            if (option.Action is HelpAction page) option.Action = new HelpPage(page);
        }
    }

    /// <summary>Whoever asks for help need not give what is required.</summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var output = parseResult.InvocationConfiguration.Output;
        var english = new StringWriter();
        parseResult.InvocationConfiguration.Output = english;
        var code = page.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output = output;
        foreach (var line in english.ToString().TrimEnd().Split('\n')) output.WriteLine(Translate(line));
        return code;
    }

    static string Translate(string line) => line switch
    {
        "Description:" => Said.Of("help.description"),
        "Usage:" => Said.Of("help.usage"),
        "Arguments:" => Said.Of("help.arguments"),
        "Options:" => Said.Of("help.options"),
        "Commands:" => Said.Of("help.commands"),
        "Additional Arguments:" => Said.Of("help.additional"),
        "  Arguments passed to the application that is being run." => $"  {Said.Of("help.additional-are")}",
        _ => line.Replace("(REQUIRED)", Said.Of("help.required"), StringComparison.Ordinal)
            .Replace("[default: ", $"[{Said.Of("help.default")} ", StringComparison.Ordinal)
            .Replace("[command]", Said.Of("help.command"), StringComparison.Ordinal)
            .Replace("[options]", Said.Of("help.option"), StringComparison.Ordinal)
            .Replace("[[--] <additional arguments>...]", Said.Of("help.fields"), StringComparison.Ordinal),
    };
}
