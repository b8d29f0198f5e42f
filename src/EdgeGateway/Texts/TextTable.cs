using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace EdgeGateway.Texts;

/// <summary>
/// What people read, of one area and in one language: the embedded file <c>Texts/&lt;Area&gt;.json</c>, an object of keys that each
/// have a text a language, or two files <c>Texts/&lt;Area&gt;.zh-CN.json</c> and <c>Texts/&lt;Area&gt;.en.json</c> with the same keys. Immutable.
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

    // Of two texts by one name one would be said in the other's place.
    static readonly JsonSerializerOptions Once = new() { AllowDuplicateProperties = false };

    public string Area { get; }

    public Language Language { get; }

    public IEnumerable<string> Keys => _texts.Keys;

    /// <exception cref="KeyNotFoundException">There is no such text: a mistake in the program.</exception>
    public string this[string key] => _texts.TryGetValue(key, out var text)
        ? text
        : throw new KeyNotFoundException($"Texts/{Area}.{Language.Tag} has no text '{key}'.");

    /// <returns>Null where there is no such text.</returns>
    public string? Find(string key) => _texts.GetValueOrDefault(key);

    /// <summary>The text with {0}, {1}, … filled in.</summary>
    public string Format(string key, params ReadOnlySpan<object?> values) => string.Format(CultureInfo.InvariantCulture, this[key], values);

    /// <summary>In the language of whoever asked.</summary>
    /// <inheritdoc cref="Of(string, Language)" path="/exception"/>
    public static TextTable Of(string area) => Of(area, Language.Current);

    /// <exception cref="ArgumentException">There is no such area: a mistake in the program.</exception>
    public static TextTable Of(string area, Language language) => Read.GetOrAdd((area, language), static key => Load(key.Area, key.Language));

    static TextTable Load(string area, Language language)
    {
        if (Open($"Texts/{area}.json") is { } both)
        {
            using (both)
            {
                var texts = JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, string>>>(both, Once)!;
                return new TextTable(area, language, texts.ToFrozenDictionary(text => text.Key, text => text.Value[language.Tag], StringComparer.Ordinal));
            }
        }

        using var stream = Open($"Texts/{area}.{language.Tag}.json")
            ?? throw new ArgumentException($"The texts Texts/{area}.{language.Tag}.json are not part of this program.", nameof(area));
        return new TextTable(area, language, JsonSerializer.Deserialize<Dictionary<string, string>>(stream, Once)!.ToFrozenDictionary(StringComparer.Ordinal));
    }

    static Stream? Open(string name) => Assembly.GetExecutingAssembly().GetManifestResourceStream(name);
}
