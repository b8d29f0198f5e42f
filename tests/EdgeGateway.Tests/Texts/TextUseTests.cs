using System.CommandLine;
using EdgeGateway.Cli;
using EdgeGateway.Ledger;
using EdgeGateway.Tests.Support;
using EdgeGateway.Texts;

namespace EdgeGateway.Tests.Texts;

/// <summary>That no text of the command line is missing, and none is left over.</summary>
public sealed class TextUseTests
{
    static readonly string Source = string.Concat(Directory.GetFiles(Path.Combine(DocsFolder.Root, "src"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));

    static readonly HashSet<string> Kinds = [.. Enum.GetValues<EntryKind>().Select(kind => $"kind={EntryKinds.Text(kind)}")];

    [Fact]
    public void Every_command_option_and_argument_has_a_text_and_every_text_is_of_one()
    {
        var texts = TextTable.Of("Help", Language.English);
        var needed = Symbols(EdgegwCommand.Create([]), "").Select(symbol => symbol.Name is { } name ? HelpTexts.Key(texts, symbol.Words, name) : symbol.Words).ToHashSet(StringComparer.Ordinal);

        Assert.Empty(needed.Except(texts.Keys));
        Assert.Empty(texts.Keys.Except(needed));
    }

    [Theory]
    [InlineData("Messages")]
    [InlineData("Check")]
    public void Every_text_is_said_somewhere(string area) =>
        Assert.DoesNotContain(TextTable.Of(area, Language.English).Keys, key => !IsWritten(key) && !IsWritten(key.Split('.')[^1]));

    /// <summary>A field by its name, a value by itself: as a string, or as UTF-8 where it is sealed.</summary>
    [Fact]
    public void Every_word_is_that_of_a_field_or_value() =>
        Assert.DoesNotContain(TextTable.Of("Words", Language.English).Keys, key => !IsWritten(key.Split('=')[^1]) && !Kinds.Contains(key));

    [Fact]
    public void Every_text_that_is_said_is_there()
    {
        var known = TextTable.Of("Messages", Language.English).Keys.ToHashSet(StringComparer.Ordinal);
        var said = System.Text.RegularExpressions.Regex.Matches(Source, """(?:Said\.Of|Failure\.Of|Failure\.Usage)\("([^"$]+)"[,)]""").Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);

        Assert.NotEmpty(said);
        Assert.Empty(said.Except(known));
    }

    static bool IsWritten(string text) => Source.Contains($"\"{text}\"", StringComparison.Ordinal);

    static IEnumerable<(string Words, string? Name)> Symbols(Command command, string words)
    {
        yield return (words.Length > 0 ? words : "edgegw", null);
        foreach (var symbol in command.Options.Cast<Symbol>().Concat(command.Arguments)) yield return (words, symbol.Name);
        foreach (var found in command.Subcommands.SelectMany(sub => Symbols(sub, $"{words} {sub.Name}".Trim()))) yield return found;
    }
}
