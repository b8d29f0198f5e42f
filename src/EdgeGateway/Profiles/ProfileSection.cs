using System.Globalization;

namespace EdgeGateway.Profiles;

/// <summary>
/// One mapping of a profile, read key by key. Whatever is wrong is added to the errors and read as null, so that one pass
/// finds everything.
/// </summary>
sealed class ProfileSection
{
    const int MaximumText = 256;

    readonly YamlMapping _node;
    readonly string _name;
    readonly List<ProfileError> _errors;

    ProfileSection(YamlMapping node, string name, List<ProfileError> errors)
    {
        _node = node;
        _name = name;
        _errors = errors;
    }

    /// <param name="name">What the section is to the writer of the file, e.g. <c>the profile</c>.</param>
    /// <param name="keys">Those it can have; any other is an error.</param>
    public static ProfileSection? Open(YamlNode node, string name, string[] keys, List<ProfileError> errors)
    {
        if (node is not YamlMapping mapping)
        {
            errors.Add(new(node.Line, node.Column, $"{name} must be a list of keys and values, one a line"));
            return null;
        }

        foreach (var (key, _) in mapping.Entries)
        {
            if (keys.Contains(key.Text)) continue;
            errors.Add(new(key.Line, key.Column, $"key '{key.Text}' is not known in {name}: use one of {string.Join(", ", keys)}"));
        }

        return new(mapping, name, errors);
    }

    public IEnumerable<string> Keys => _node.Entries.Select(entry => entry.Key.Text);

    public bool Has(string key) => Find(key) is not null;

    /// <summary>Whether this word stands there, without quotes.</summary>
    public bool Is(string key, string word) => Find(key) is YamlScalar { IsQuoted: false } scalar && scalar.Text == word;

    public string? Text(string key, bool required = true)
    {
        if (Scalar(key, required) is not { } scalar) return null;
        if (!scalar.IsText) Add(scalar, $"'{scalar.Text}' of key '{key}' must be text: put it in quotes");
        else if (scalar.Text.Length is 0 or > MaximumText) Add(scalar, $"key '{key}' must have 1 to {MaximumText} characters, not {scalar.Text.Length}");
        else if (scalar.Text.Any(char.IsControl)) Add(scalar, $"key '{key}' holds a control character: leave it out");
        else return scalar.Text;
        return null;
    }

    public int? Integer(string key, int minimum, int maximum)
    {
        if (Scalar(key, true) is not { } scalar) return null;
        if (!scalar.IsQuoted && scalar.Text.All(char.IsAsciiDigit) && (scalar.Text.Length == 1 || scalar.Text[0] != '0')
            && int.TryParse(scalar.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= minimum && number <= maximum) return number;

        Add(scalar, $"'{scalar.Text}' of key '{key}' must be a whole number from {minimum} to {maximum}, without quotes");
        return null;
    }

    /// <summary>A number with or without a fraction, below zero too, and not zero itself.</summary>
    public decimal? Decimal(string key, decimal maximum)
    {
        if (Scalar(key, true) is not { } scalar) return null;
        if (!scalar.IsQuoted && scalar.Text.Length <= 20
            && decimal.TryParse(scalar.Text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number != 0 && Math.Abs(number) <= maximum) return number;

        Add(scalar, $"'{scalar.Text}' of key '{key}' must be a number such as 0.1 or 10, not zero, at most {maximum}, without quotes");
        return null;
    }

    /// <summary>Bytes in hexadecimal, two digits each, in quotes.</summary>
    /// <returns>In upper case.</returns>
    public string? Hex(string key, int maximumBytes, bool required = true)
    {
        if (Text(key, required) is not { } text) return null;
        if (text.Length % 2 == 0 && text.Length <= 2 * maximumBytes && text.All(char.IsAsciiHexDigit)) return text.ToUpperInvariant();

        Refuse(key, $"'{text}' of key '{key}' must be 1 to {maximumBytes} bytes, two hexadecimal digits each, in quotes, such as \"0D0A\"");
        return null;
    }

    public TimeSpan? Duration(string key, TimeSpan minimum, TimeSpan maximum, bool required = true)
    {
        if (Text(key, required) is not { } text) return null;
        if (ProfileUnits.TryDuration(text, out var duration) && duration >= minimum && duration <= maximum) return duration;

        Refuse(key, $"'{text}' of key '{key}' must be a duration such as 30s, 10m, 12h or 7d, from {minimum.TotalSeconds}s to {maximum.TotalDays}d");
        return null;
    }

    public long? Size(string key, long maximum, bool required = true)
    {
        if (Text(key, required) is not { } text) return null;
        if (ProfileUnits.TrySize(text, out var bytes) && bytes <= maximum) return bytes;

        Refuse(key, $"'{text}' of key '{key}' must be a size such as 900 B, 64 KiB or 4 MiB, of at most {maximum} B");
        return null;
    }

    /// <summary>A word of a fixed list.</summary>
    public T? Choice<T>(string key, IReadOnlyDictionary<string, T> choices)
        where T : struct
    {
        if (Text(key) is not { } text) return null;
        if (choices.TryGetValue(text, out var choice)) return choice;

        Refuse(key, $"'{text}' of key '{key}' is not known: use {string.Join(" or ", choices.Keys)}");
        return null;
    }

    public ProfileSection? Section(string key, string name, string[] keys, bool required = true) =>
        Find(key, required) is { } node ? Open(node, name, keys, _errors) : null;

    /// <summary>The items of a list of 1 to <paramref name="maximum"/>; none where it is missing or no list.</summary>
    public IReadOnlyList<YamlNode> Items(string key, int maximum, bool required = true)
    {
        if (Find(key, required) is not { } node) return [];
        if (node is YamlSequence { Items.Count: > 0 } list && list.Items.Count <= maximum) return list.Items;

        Add(node, $"key '{key}' must be a list of 1 to {maximum} items, each on a line that begins with '-'");
        return [];
    }

    /// <summary>Adds an error at a key's value, or at the section's beginning where the key is missing.</summary>
    public void Refuse(string key, string message) => Add(Find(key) ?? _node, message);

    /// <summary>Adds an error where a key stands that has no meaning here.</summary>
    public void RefuseIfPresent(string key, string reason)
    {
        if (Has(key)) Refuse(key, $"key '{key}' has no meaning {reason}: leave it out");
    }

    YamlScalar? Scalar(string key, bool required)
    {
        var node = Find(key, required);
        if (node is null or YamlScalar) return node as YamlScalar;
        Add(node, $"key '{key}' must be a single value");
        return null;
    }

    YamlNode? Find(string key, bool required)
    {
        var node = Find(key);
        if (node is null && required) Add(_node, $"key '{key}' is missing in {_name}: add it");
        if (node is not YamlScalar { IsNothing: true }) return node;
        Add(node, $"key '{key}' has no value: give it one, or leave the key out");
        return null;
    }

    YamlNode? Find(string key) => _node.Entries.FirstOrDefault(entry => entry.Key.Text == key)?.Value;

    void Add(YamlNode place, string message) => _errors.Add(new(place.Line, place.Column, message));
}
