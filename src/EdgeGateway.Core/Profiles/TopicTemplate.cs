using System.Diagnostics.CodeAnalysis;

namespace EdgeGateway.Profiles;

/// <summary>
/// Where a message arrives on MQTT: levels that must be as written, <c>{device}</c> for the device's own id, and any other
/// <c>{word}</c> for one level that is not empty. Immutable; matching allocates nothing. Equal where the text is equal.
/// </summary>
public sealed class TopicTemplate : IEquatable<TopicTemplate>
{
    public const int MaximumLength = 256;

    const string DeviceLevel = "{device}";

    readonly string[] _levels;

    TopicTemplate(string text, string[] levels)
    {
        Text = text;
        _levels = levels;
    }

    public string Text { get; }

    public static bool TryParse(string text, [NotNullWhen(true)] out TopicTemplate? template, [NotNullWhen(false)] out string? error)
    {
        template = null;
        error = Fault(text);
        if (error is not null) return false;

        template = new TopicTemplate(text, text.Split('/'));
        return true;
    }

    public static TopicTemplate Parse(string text) =>
        TryParse(text, out var template, out var error) ? template : throw new FormatException($"'{text}' is not a topic template: {error}.");

    /// <summary>Whether a message of this device on this topic is meant. Case matters (MQTT 5 section 4.7.3).</summary>
    public bool TryMatch(string topic, string deviceId)
    {
        var rest = topic.AsSpan();
        for (var i = 0; i < _levels.Length; i++)
        {
            var last = i == _levels.Length - 1;
            var end = rest.IndexOf('/');
            if (end < 0 != last) return false;

            var level = last ? rest : rest[..end];
            var expected = _levels[i];
            if (expected == DeviceLevel)
            {
                if (!level.SequenceEqual(deviceId)) return false;
            }
            else if (IsWord(expected))
            {
                if (level.IsEmpty) return false;
            }
            else if (!level.SequenceEqual(expected))
            {
                return false;
            }

            if (!last) rest = rest[(end + 1)..];
        }

        return true;
    }

    public bool Has(string word) => _levels.Contains(word);

    /// <summary>What stands in the place of a word such as <c>{name}</c> in a topic that matches; empty where the template has no such word.</summary>
    public ReadOnlySpan<char> LevelOf(string word, ReadOnlySpan<char> topic)
    {
        for (var i = 0; i < _levels.Length; i++)
        {
            var end = topic.IndexOf('/');
            if (_levels[i] == word) return end < 0 ? topic : topic[..end];
            topic = topic[(end + 1)..];
        }

        return default;
    }

    /// <summary>What to subscribe to on a site's own broker: one device's messages of this kind.</summary>
    public string SubscribeFilter(string deviceId) =>
        string.Join('/', _levels.Select(level => level == DeviceLevel ? deviceId : IsWord(level) ? "+" : level));

    /// <summary>Whether every topic that <paramref name="later"/> matches is matched by this one already.</summary>
    public bool Covers(TopicTemplate later)
    {
        if (_levels.Length != later._levels.Length) return false;
        for (var i = 0; i < _levels.Length; i++)
        {
            var any = _levels[i] != DeviceLevel && IsWord(_levels[i]);
            if (!any && _levels[i] != later._levels[i]) return false;
        }

        return true;
    }

    public bool Equals(TopicTemplate? other) => other is not null && Text == other.Text;

    public override bool Equals(object? obj) => Equals(obj as TopicTemplate);

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Text;

    static bool IsWord(string level) => level.Length > 2 && level[0] == '{' && level[^1] == '}';

    static string? Fault(string text)
    {
        if (text.Length is 0 or > MaximumLength) return $"it needs 1 to {MaximumLength} characters";
        if (text[0] == '$') return "topics that begin with $ belong to the broker";

        var words = new HashSet<string>(StringComparer.Ordinal);
        foreach (var level in text.Split('/'))
        {
            if (level.Length == 0) return "a level is empty";
            if (level.Any(c => c is '+' or '#' || char.IsControl(c))) return $"level '{level}' holds +, # or a control character";
            if (!level.Contains('{') && !level.Contains('}')) continue;
            if (!IsWord(level) || !level[1..^1].All(char.IsAsciiLetter)) return $"level '{level}' must be a literal or one {{word}} of letters";
            if (!words.Add(level)) return $"{level} stands twice";
        }

        return words.Contains(DeviceLevel) ? null : "it needs a level {device}, so that devices are kept apart";
    }
}
