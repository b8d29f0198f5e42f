using System.Text.Json.Nodes;
using EdgeGateway.Texts;

namespace EdgeGateway.Checks;

/// <summary>How one thing was found.</summary>
/// <param name="Name">What was looked at, one word.</param>
/// <param name="Sentence">What was found, with the remedy where it is not good.</param>
sealed record CheckResult(string Name, CheckVerdict Verdict, string Sentence)
{
    public static CheckResult Good(string name, string sentence) => new(name, CheckVerdict.Good, sentence);

    public static CheckResult Note(string name, string sentence) => new(name, CheckVerdict.Note, sentence);

    public static CheckResult Bad(string name, string sentence) => new(name, CheckVerdict.Bad, sentence);

    /// <summary>In the language of whoever asked (<c>Texts/Check.json</c>).</summary>
    public static string Text(string key, params ReadOnlySpan<object?> values) => TextTable.Of("Check").Format(key, values);

    public JsonObject ToJson() => new() { ["name"] = Name, ["verdict"] = Verdict.ToString().ToLowerInvariant(), ["sentence"] = Sentence };
}

enum CheckVerdict
{
    Good,

    /// <summary>It works, but someone should know.</summary>
    Note,

    /// <summary>The gateway would not work, or not safely.</summary>
    Bad,
}
