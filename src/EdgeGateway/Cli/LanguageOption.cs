using System.CommandLine;
using EdgeGateway.Texts;

namespace EdgeGateway.Cli;

/// <summary><c>--lang zh|zh-CN|en</c>, which every command takes.</summary>
static class LanguageOption
{
    const string Name = "--lang";

    public static Option<string> Create()
    {
        var option = Values.Checked(Name, text => Language.Find(text) is null ? Said.Of("usage.words", "zh, zh-CN, en") : null);
        option.Recursive = true;
        option.HelpName = "zh|en";
        return option;
    }

    /// <summary>The one that was asked for; null where none was. Known before anything is parsed: also what is wrong is said in it.</summary>
    public static Language? Of(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] == Name && i + 1 < arguments.Count) return Language.Find(arguments[i + 1]);
            if (arguments[i].StartsWith(Name, StringComparison.Ordinal) && arguments[i].AsSpan(Name.Length) is ['=' or ':', .. var tag]) return Language.Find(tag.ToString());
        }

        return null;
    }

    public static Language? Of(ParseResult parsed) => Language.Find(parsed.GetValue<string>(Name));
}
