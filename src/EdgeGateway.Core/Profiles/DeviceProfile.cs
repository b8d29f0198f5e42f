using EdgeGateway.Ledger;

namespace EdgeGateway.Profiles;

/// <summary>
/// A device type: which of its messages are evidence and which telemetry, where identity, time and fields are, how
/// repeats are known, how large a message may be and how long silence may last (docs/device-profiles.md).
/// </summary>
public sealed record DeviceProfile
{
    /// <summary>Same form as a device id, e.g. <c>camera-mqtt</c>.</summary>
    public required string Id { get; init; }

    public required int Revision { get; init; }

    /// <summary>Of the profile's file, byte for byte: what every entry names.</summary>
    public required Hash Sha256 { get; init; }

    /// <summary>By language tag: <c>zh-CN</c> and <c>en</c>.</summary>
    public required IReadOnlyDictionary<string, string> Title { get; init; }

    public required WireKind Wire { get; init; }

    /// <summary>In the order of the file: the first rule that matches a message holds.</summary>
    public required IReadOnlyList<MessageRule> Messages { get; init; }

    /// <summary>How the line is set, on a serial wire; null elsewhere.</summary>
    public SerialLineSettings? Line { get; init; }

    /// <summary>How the bytes of its serial line are cut into messages; no meaning on another wire.</summary>
    public SerialFraming Framing { get; init; } = SerialFraming.Default;

    /// <summary>On wire dock: when its files are picked up. Null elsewhere.</summary>
    public DockRule? Dock { get; init; }

    /// <summary>On wire video: how its stream is recorded. Null elsewhere.</summary>
    public VideoRule? Video { get; init; }

    /// <summary>On wire contact: the number of the machine's GPIO chip, <c>/dev/gpiochip0</c>. Null elsewhere.</summary>
    public int? Chip { get; init; }

    /// <summary>How long the device may be silent before it counts as lost.</summary>
    public required TimeSpan Silence { get; init; }

    /// <summary>The rule of this format, where it can stand once: a dock's listing, a stream's segment.</summary>
    public MessageRule? MatchFormat(PayloadFormat format) => Messages.FirstOrDefault(rule => rule.Format == format);

    /// <summary>The largest message any rule allows, in bytes.</summary>
    public long MaximumMessageBytes => Messages.Max(rule => Math.Max(rule.MaximumBytes, rule.Upload?.MaximumChunkBytes ?? 0));

    /// <summary>The first rule for a message of this device, or a chunk of its media, on this topic; or null: not one of its topics. Allocates nothing.</summary>
    public MessageRule? MatchTopic(string deviceId, string topic)
    {
        for (var i = 0; i < Messages.Count; i++)
        {
            if (Messages[i].Template?.TryMatch(topic, deviceId) == true || Messages[i].Upload?.Chunks.TryMatch(topic, deviceId) == true) return Messages[i];
        }

        return null;
    }

    /// <summary>The first rule for this HJ 212 command number (CN), or null. Allocates nothing.</summary>
    public MessageRule? MatchCommand(string command)
    {
        for (var i = 0; i < Messages.Count; i++)
        {
            var rule = Messages[i];
            if (rule.Format == PayloadFormat.Hj212 && (rule.Commands.Count == 0 || rule.Commands.Contains(command))) return rule;
        }

        return null;
    }

    /// <summary>The rules for a sentence of NMEA 0183, in their order.</summary>
    /// <param name="type">Its three letters, e.g. <c>RMC</c>.</param>
    public IEnumerable<MessageRule> MatchSentence(string type) =>
        Messages.Where(rule => rule.Format == PayloadFormat.Nmea && (rule.Sentences.Count == 0 || rule.Sentences.Contains(type)));

    /// <summary>The first rule for a frame of a line that begins like this, or null. Allocates nothing.</summary>
    public MessageRule? MatchFrame(ReadOnlySpan<byte> frame)
    {
        for (var i = 0; i < Messages.Count; i++)
        {
            var rule = Messages[i];
            if (rule.Format is PayloadFormat.Bytes or PayloadFormat.Json or PayloadFormat.Auto && rule.Topic is null && frame.StartsWith(rule.Begins.Span)) return rule;
        }

        return null;
    }
}

/// <summary>What a device is heard over.</summary>
public enum WireKind
{
    Mqtt,
    Serial,

    /// <summary>A folder that a docking station writes files to.</summary>
    Dock,

    /// <summary>A camera's stream.</summary>
    Video,

    /// <summary>Contacts on the machine's own inputs.</summary>
    Contact,
}

/// <summary>Wires as profiles and entries write them.</summary>
public static class WireKinds
{
    public static string Word(this WireKind wire) => wire switch
    {
        WireKind.Mqtt => "mqtt",
        WireKind.Serial => "serial",
        WireKind.Dock => "dock",
        WireKind.Video => "video",
        _ => "contact",
    };
}
