using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EdgeGateway.Docks;

/// <summary>
/// How a recorder names its files, such as <c>DSJ_{officer:6}_{time:14}_{counter}.mp4</c>: <c>{word}</c> stands for one or more characters
/// and <c>{word:N}</c> for just so many, never <c>/</c>; <c>{counter}</c> for digits; <c>*</c> for anything but <c>/</c>; the rest for itself, in
/// upper or lower case. Without a <c>/</c> it is of the file's name alone, else of the whole path below the folder. Pure; time is linear in the path's length.
/// </summary>
public sealed partial class FilePattern
{
    public const int MaximumCharacters = 200;
    public const string Counter = "counter";

    /// <summary>What fits a 64-bit number whatever the digits are.</summary>
    const int MaximumCounterDigits = 18;
    const int MaximumWords = 16;
    const int MaximumWidth = 64;

    readonly Regex _regex;

    FilePattern(string text, Regex regex, IReadOnlyList<string> words)
    {
        Text = text;
        Words = words;
        _regex = regex;
    }

    public string Text { get; }

    /// <summary>The words in braces, in their order.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <param name="error">What is wrong and what to write instead; null where nothing is.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out FilePattern? pattern, [NotNullWhen(false)] out string? error)
    {
        pattern = null;
        error = text.Length is 0 or > MaximumCharacters ? $"it must have 1 to {MaximumCharacters} characters"
            : text[0] == '/' ? "it begins below the folder: leave the first '/' out"
            : null;
        var regex = new StringBuilder(@"\A");
        var words = new List<string>();
        for (var at = 0; error is null && at < text.Length;)
        {
            var piece = Piece().Match(text, at);
            at += piece.Length;
            error = !piece.Success ? $"'{text[at]}' must be part of a place such as {{counter}} or {{time:14}}" : Append(piece, regex, words);
        }

        if (error is not null) return false;
        pattern = new(text, new Regex(regex.Append(@"\z").ToString(), RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant), words);
        return true;
    }

    /// <param name="path">Below the folder, its parts divided by <c>/</c>.</param>
    /// <returns>What stands in its places, by their words; null where the pattern is of other files.</returns>
    public IReadOnlyDictionary<string, string>? Match(string path)
    {
        var match = _regex.Match(Text.Contains('/') ? path : path[(path.LastIndexOf('/') + 1)..]);
        return match.Success ? Words.ToDictionary(word => word, word => match.Groups[word].Value, StringComparer.Ordinal) : null;
    }

    /// <summary>The number of a file, where its pattern has one.</summary>
    public static long? CounterOf(IReadOnlyDictionary<string, string> facts) =>
        facts.TryGetValue(Counter, out var digits) && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    static string? Append(Match piece, StringBuilder regex, List<string> words)
    {
        if (piece.Value == "*")
        {
            regex.Append("[^/]*");
            return null;
        }

        var word = piece.Groups["word"].Value;
        if (word.Length == 0)
        {
            regex.Append(Regex.Escape(piece.Value));
            return null;
        }

        var width = piece.Groups["width"] is { Success: true } given ? int.Parse(given.ValueSpan, CultureInfo.InvariantCulture) : (int?)null;
        if (words.Contains(word)) return $"'{{{word}}}' stands twice: give one another word";
        if (words.Count == MaximumWords) return $"it has more than {MaximumWords} places";
        if (width is 0 or > MaximumWidth || (word == Counter && width > MaximumCounterDigits)) return $"'{piece.Value}' must have 1 to {(word == Counter ? MaximumCounterDigits : MaximumWidth)} characters";
        words.Add(word);
        regex.Append(CultureInfo.InvariantCulture, $"(?<{word}>{(word == Counter ? "[0-9]" : "[^/]")}{(width is { } exact ? $"{{{exact}}}" : word == Counter ? $"{{1,{MaximumCounterDigits}}}" : "+")})");
        return null;
    }

    [GeneratedRegex(@"\G(\{(?<word>[a-z][a-z0-9]{0,31})(:(?<width>[0-9]{1,3}))?\}|[^{}])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Piece();
}
