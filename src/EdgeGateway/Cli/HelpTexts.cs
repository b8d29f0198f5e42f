using System.CommandLine;
using EdgeGateway.Texts;

namespace EdgeGateway.Cli;

/// <summary>
/// Says what each command, option and argument is for, from <c>Texts/Help.json</c>: by the command's words and the name behind them, else,
/// where it means the same everywhere, by the name alone.
/// </summary>
static class HelpTexts
{
    public static void Describe(Command command, string words = "")
    {
        var texts = TextTable.Of("Help");
        command.Description = texts[words.Length > 0 ? words : "edgegw"];
        foreach (var symbol in command.Options.Cast<Symbol>().Concat(command.Arguments)) symbol.Description = texts.Find(Key(texts, words, symbol.Name)) ?? symbol.Description;
        foreach (var sub in command.Subcommands) Describe(sub, words.Length > 0 ? $"{words} {sub.Name}" : sub.Name);
    }

    /// <summary>Where its text stands.</summary>
    public static string Key(TextTable texts, string words, string name) => texts.Find($"{words} {name}") is null ? name : $"{words} {name}";
}
