using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace EdgeGateway.Texts;

/// <summary>
/// What people read, of one area and in one language: the embedded files <c>Texts/&lt;Area&gt;.zh-CN.json</c> and
/// <c>Texts/&lt;Area&gt;.en.json</c>, flat objects of strings with the same keys. Immutable.
/// </summary>
sealed class TextTable
{
    static readonly ConcurrentDictionary<(string Area, Language Language), TextTable> Read = new();

    readonly FrozenDictionary<string, string> _texts;

    TextTable(string area, Language language, FrozenDictionary<string, string> texts)
    {
        Area = area;
        Language = language;
        _texts = texts;
    }

    public string Area { get; }

    public Language Language { get; }

    public IEnumerable<string> Keys => _texts.Keys;

    /// <exception cref="KeyNotFoundException">There is no such text: a mistake in the program.</exception>
    public string this[string key] => _texts.TryGetValue(key, out var text)
        ? text
        : throw new KeyNotFoundException($"Texts/{Area}.{Language.Tag} has no text '{key}'.");

    /// <summary>The text with {0}, {1}, … filled in.</summary>
    public string Format(string key, params ReadOnlySpan<object?> values) => string.Format(CultureInfo.InvariantCulture, this[key], values);

    /// <exception cref="ArgumentException">There is no such area: a mistake in the program.</exception>
    public static TextTable Of(string area, Language language) => Read.GetOrAdd((area, language), static key => Load(key.Area, key.Language));

    static TextTable Load(string area, Language language)
    {
        var name = $"Texts/{area}.{language.Tag}.json";
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new ArgumentException($"The texts {name} are not part of this program.", nameof(area));
        return new TextTable(area, language, JsonSerializer.Deserialize<Dictionary<string, string>>(stream)!.ToFrozenDictionary(StringComparer.Ordinal));
    }
}

/// <summary>A language that people are answered in.</summary>
sealed record Language
{
    Language(string tag) => Tag = tag;

    /// <summary>Its BCP 47 tag, as files are named.</summary>
    public string Tag { get; }

    public static Language Chinese { get; } = new("zh-CN");

    public static Language English { get; } = new("en");

    /// <summary>Chinese first, where both stand side by side.</summary>
    public static IReadOnlyList<Language> All { get; } = [Chinese, English];
}
