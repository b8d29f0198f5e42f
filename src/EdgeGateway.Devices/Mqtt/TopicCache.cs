using System.Buffers;
using System.Text;
using System.Text.Unicode;
using EdgeGateway.Profiles;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>
/// What a device's recent topics mean, so that a message on one of them costs neither a string nor a match. One connection's
/// reader uses it; not safe for several threads.
/// </summary>
sealed class TopicCache
{
    /// <summary>Longer topics are refused: no template is as long.</summary>
    public const int MaximumTopicBytes = 1024;

    const int MaximumTopics = 64;

    readonly Dictionary<string, MessageRule?> _rules = new(StringComparer.Ordinal);
    readonly Dictionary<string, MessageRule?>.AlternateLookup<ReadOnlySpan<char>> _byCharacters;
    DeviceProfile? _profile;

    public TopicCache() => _byCharacters = _rules.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <param name="topic">As text, with U+FFFD for what is not UTF-8, and cut where it is too long.</param>
    /// <param name="rule">Null where the profile has no message on this topic.</param>
    /// <returns>False when this is no topic that a message can have (MQTT 5.0 and 3.1.1, section 4.7).</returns>
    public bool TryFind(ReadOnlySpan<byte> utf8, Device device, out string topic, out MessageRule? rule)
    {
        if (!ReferenceEquals(_profile, device.Profile))
        {
            _profile = device.Profile;
            _rules.Clear();
        }

        rule = null;
        // Never more characters than bytes.
        Span<char> characters = stackalloc char[Math.Min(utf8.Length, MaximumTopicBytes)];
        if (utf8.Length > MaximumTopicBytes
            || Utf8.ToUtf16(utf8, characters, out _, out var length, replaceInvalidSequences: false) != OperationStatus.Done)
        {
            topic = Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, MaximumTopicBytes)]);
            return false;
        }

        characters = characters[..length];
        if (_byCharacters.TryGetValue(characters, out var known, out rule))
        {
            topic = known;
            return true;
        }

        topic = characters.ToString();
        foreach (var c in characters)
        {
            if (c is '#' or '+' || char.IsControl(c)) return false;
        }

        if (topic.Length == 0) return false;

        rule = device.Profile.MatchTopic(device.Id.Value, topic);
        if (_rules.Count >= MaximumTopics) _rules.Clear();
        _rules.Add(topic, rule);
        return true;
    }
}
