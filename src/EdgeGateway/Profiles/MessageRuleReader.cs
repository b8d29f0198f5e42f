using System.Text.RegularExpressions;
using EdgeGateway.Devices;
using EdgeGateway.Devices.Serial.Nmea;
using EdgeGateway.Evidence;

namespace EdgeGateway.Profiles;

/// <summary>Reads the rules of one profile in their order, and sees that each of them can be reached.</summary>
/// <param name="wire">Null where the profile's wire could not be read: then what hangs on it is not checked.</param>
/// <param name="framing">Null on another wire than a serial line, or where it could not be read.</param>
sealed partial class MessageRuleReader(WireKind? wire, SerialFraming? framing, List<ProfileError> errors)
{
    const long MaximumMqttBytes = 64 << 20;

    static readonly Dictionary<string, MessageClass> Classes = new(StringComparer.Ordinal)
    {
        ["evidence"] = MessageClass.Evidence,
        ["telemetry"] = MessageClass.Telemetry,
    };

    static readonly Dictionary<string, PayloadFormat> MqttFormats = new(StringComparer.Ordinal)
    {
        ["json"] = PayloadFormat.Json,
        ["bytes"] = PayloadFormat.Bytes,
        ["auto"] = PayloadFormat.Auto,
    };

    static readonly Dictionary<string, PayloadFormat> Hj212Formats = new(StringComparer.Ordinal) { ["hj212"] = PayloadFormat.Hj212 };

    static readonly Dictionary<string, PayloadFormat> NmeaFormats = new(StringComparer.Ordinal) { ["nmea"] = PayloadFormat.Nmea };

    static readonly Dictionary<string, PayloadFormat> ModbusFormats = new(StringComparer.Ordinal) { ["modbus"] = PayloadFormat.Modbus };

    static readonly Dictionary<string, PayloadFormat> AllFormats = new(MqttFormats.Concat(Hj212Formats).Concat(NmeaFormats).Concat(ModbusFormats), StringComparer.Ordinal);

    readonly HashSet<string> _names = new(StringComparer.Ordinal);
    readonly List<TopicTemplate> _topics = [];
    readonly HashSet<string> _commands = new(StringComparer.Ordinal);
    readonly List<string> _beginnings = [];
    bool _everyCommand;

    /// <returns>Null where something is wrong.</returns>
    public MessageRule? Read(YamlNode node)
    {
        var before = errors.Count;
        if (ProfileSection.Open(node, "a message", ProfileKeys.Message, errors) is not { } section) return null;

        var name = section.Text("name");
        if (name is not null && !DeviceId.TryParse(name, out _)) section.Refuse("name", $"'{name}' of key 'name' must be lower-case letters, digits and hyphens");
        else if (name is not null && !_names.Add(name)) section.Refuse("name", $"message '{name}' stands twice: give one another name");

        var kind = section.Choice("class", Classes);
        var format = section.Choice("format", Formats);
        var topic = ReadTopic(section, "topic");
        var commands = ReadCommands(section);
        var sentences = ReadSentences(section);
        var sampleEvery = framing is NmeaFraming ? section.Duration("sampleEvery", TimeSpan.FromSeconds(1), TimeSpan.FromDays(1), required: false) : null;
        if (framing is not NmeaFraming && !IsUnknown) section.RefuseIfPresent("sampleEvery", "but for the framing nmea");
        var begins = ReadBegins(section);
        var poll = framing is ModbusRtuFraming ? PollReader.ReadPoll(section) : null;
        var points = framing is ModbusRtuFraming ? PollReader.ReadPoints(section, poll, errors) : [];
        foreach (var key in framing is ModbusRtuFraming || IsUnknown ? [] : (string[])["poll", "points"]) section.RefuseIfPresent(key, "but for the framing modbus-rtu");
        var longest = framing?.MaximumFrameBytes ?? SerialFraming.Default.MaximumFrameBytes;
        var size = wire == WireKind.Serial
            ? section.Size("maximumSize", longest, required: false) ?? longest
            : section.Size("maximumSize", MaximumMqttBytes);
        var upload = section.Has("upload") ? new UploadRuleReader(wire, kind, format, topic, size).Read(section, chunks => ReadTopic(chunks, "chunks")) : null;
        var mediaType = ReadMediaType(section);
        var eventId = ReadEventId(section, format);
        var capturedAt = ReadCapturedAt(section, format);
        var fields = ReadFields(section, format, points);
        foreach (var (key, pointer) in ReadFiling(section, format)) fields[key] = pointer;
        var retentionClass = ReadRetentionClass(section);
        if (framing is ModbusRtuFraming) section.RefuseIfPresent("repeatWindow", "for modbus, where every answer is to a question of its own");
        var window = kind == MessageClass.Evidence && framing is not ModbusRtuFraming ? section.Duration("repeatWindow", TimeSpan.FromMinutes(1), TimeSpan.FromDays(31)) : null;
        if (kind == MessageClass.Evidence) section.RefuseIfPresent("fields", "for evidence, which is kept whole");
        if (kind == MessageClass.Telemetry)
        {
            foreach (var key in (string[])["repeatWindow", "eventId", "mediaType", "case", "officer", "retentionClass"]) section.RefuseIfPresent(key, "for telemetry, which is only counted");
        }

        if (errors.Count > before) return null;
        return new MessageRule
        {
            Name = name!,
            Class = kind!.Value,
            Format = format!.Value,
            Topic = topic,
            Commands = commands,
            Sentences = sentences,
            SampleEvery = sampleEvery,
            Begins = Convert.FromHexString(begins),
            Poll = poll,
            Points = points,
            MaximumBytes = size!.Value,
            MediaType = mediaType,
            EventId = eventId,
            CapturedAt = capturedAt,
            RepeatWindow = window ?? TimeSpan.Zero,
            Fields = fields,
            RetentionClass = retentionClass,
            Upload = upload,
        };
    }

    Dictionary<string, PayloadFormat> Formats => (wire, framing) switch
    {
        (WireKind.Mqtt, _) or (WireKind.Serial, DelimiterFraming or LengthFraming) => MqttFormats,
        (WireKind.Serial, Hj212Framing) => Hj212Formats,
        (WireKind.Serial, NmeaFraming) => NmeaFormats,
        (WireKind.Serial, ModbusRtuFraming) => ModbusFormats,
        _ => AllFormats,
    };

    /// <summary>Wire or framing could not be read: that is told already, and what hangs on it is not.</summary>
    bool IsUnknown => wire is null || (wire == WireKind.Serial && framing is null);

    string? ReadTopic(ProfileSection section, string key)
    {
        if (wire == WireKind.Serial) section.RefuseIfPresent(key, "on wire serial");
        if (wire != WireKind.Mqtt || section.Text(key) is not { } text) return null;
        if (!TopicTemplate.TryParse(text, out var topic, out var error))
        {
            section.Refuse(key, $"'{text}' of key '{key}' is not a topic: {error}");
        }
        else
        {
            if (_topics.Find(earlier => earlier.Covers(topic)) is { } first)
            {
                section.Refuse(key, $"'{text}' of key '{key}' is never reached, since '{first}' before it takes the same messages: put it earlier");
            }

            _topics.Add(topic);
        }

        return text;
    }

    List<string> ReadCommands(ProfileSection section)
    {
        var commands = new List<string>();
        if (wire == WireKind.Mqtt) section.RefuseIfPresent("commands", "on wire mqtt");
        if (framing is not (null or Hj212Framing)) section.RefuseIfPresent("commands", "for a framing other than hj212");
        if (framing is not Hj212Framing) return commands;
        if (_everyCommand)
        {
            section.Refuse("name", "this message is never reached, since one before it takes every command: put the one without 'commands' last");
        }

        _everyCommand |= !section.Has("commands");
        foreach (var item in section.Items("commands", 64, required: false))
        {
            if (item is not YamlScalar { IsQuoted: true } scalar || scalar.Text.Length != 4 || !scalar.Text.All(char.IsAsciiDigit))
            {
                errors.Add(new(item.Line, item.Column, "an item of 'commands' must be a command number of four digits in quotes, such as \"2011\""));
            }
            else if (!_commands.Add(scalar.Text))
            {
                errors.Add(new(item.Line, item.Column, $"command {scalar.Text} stands twice: keep one"));
            }
            else
            {
                commands.Add(scalar.Text);
            }
        }

        return commands;
    }

    List<string> ReadSentences(ProfileSection section)
    {
        var sentences = new List<string>();
        if (framing is not NmeaFraming && !IsUnknown) section.RefuseIfPresent("sentences", "but for the framing nmea");
        if (framing is not NmeaFraming) return sentences;
        foreach (var item in section.Items("sentences", 64, required: false))
        {
            if (item is YamlScalar { IsText: true } scalar && scalar.Text.Length == 3 && scalar.Text.All(char.IsAsciiLetterUpper)) sentences.Add(scalar.Text);
            else errors.Add(new(item.Line, item.Column, "an item of 'sentences' must be three capital letters, such as RMC"));
        }

        return sentences;
    }

    /// <returns>In hexadecimal; empty for any frame.</returns>
    string ReadBegins(ProfileSection section)
    {
        if (framing is not (DelimiterFraming or LengthFraming))
        {
            if (!IsUnknown) section.RefuseIfPresent("begins", "but for the framings delimiter and length");
            return "";
        }

        var begins = section.Hex("begins", 32, required: false) ?? "";
        if (_beginnings.Exists(earlier => begins.StartsWith(earlier, StringComparison.Ordinal)))
        {
            section.Refuse("name", "this message is never reached, since one before it takes the same frames: put the one with the longer 'begins' first");
        }

        _beginnings.Add(begins);
        return begins;
    }

    static string? ReadMediaType(ProfileSection section)
    {
        if (section.Text("mediaType", required: false) is not { } text) return null;
        if (!MediaTypes.All.Contains(text))
        {
            section.Refuse("mediaType", $"'{text}' of key 'mediaType' is not on the list: use one of {string.Join(", ", MediaTypes.All)}");
        }

        return text;
    }

    static string? ReadEventId(ProfileSection section, PayloadFormat? format)
    {
        if (format == PayloadFormat.Hj212) section.RefuseIfPresent("eventId", "for hj212, where QN, CN and PNO are the identity");
        if (format == PayloadFormat.Nmea) section.RefuseIfPresent("eventId", "for nmea, where sentences have no identity");
        if (format == PayloadFormat.Modbus) section.RefuseIfPresent("eventId", "for modbus, where answers have no identity");
        if (format == PayloadFormat.Bytes) section.RefuseIfPresent("eventId", "for bytes, which are not read into");
        var pointer = section.Text("eventId", required: false);
        if (pointer is not null) CheckPlace(section, "eventId", pointer, format);
        return pointer;
    }

    static TimeRule? ReadCapturedAt(ProfileSection message, PayloadFormat? format)
    {
        if (format == PayloadFormat.Bytes) message.RefuseIfPresent("capturedAt", "for bytes, which are not read into");
        if (format == PayloadFormat.Modbus) message.RefuseIfPresent("capturedAt", "for modbus, whose answers bear no time");
        if (format == PayloadFormat.Modbus || message.Section("capturedAt", "'capturedAt'", ProfileKeys.CapturedAt, required: false) is not { } section) return null;

        var pointer = section.Text("pointer");
        if (pointer is not null) CheckPlace(section, "pointer", pointer, format);
        var form = section.Text("format");
        if (form is not null && !TimeFormat.IsKnown(form))
        {
            section.Refuse("format", $"'{form}' of key 'format' is not known: use rfc3339, unix-ms, unix-s, or a pattern such as yyyyMMddHHmmss");
        }

        var offset = TimeSpan.Zero;
        if (form is TimeFormat.UnixMilliseconds or TimeFormat.UnixSeconds)
        {
            section.RefuseIfPresent("utcOffset", "for seconds since 1970, which are UTC");
        }
        else if (section.Text("utcOffset") is { } text && !TimeFormat.TryOffset(text, out offset))
        {
            section.Refuse("utcOffset", $"'{text}' of key 'utcOffset' must be an offset such as \"+08:00\"");
        }

        return pointer is null || form is null ? null : new TimeRule(pointer, form, offset);
    }

    static Dictionary<string, string> ReadFields(ProfileSection message, PayloadFormat? format, IReadOnlyList<ModbusPoint> points)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        if (format == PayloadFormat.Bytes) message.RefuseIfPresent("fields", "for bytes, which are not read into");
        if (message.Section("fields", "'fields'", ProfileKeys.Fields, required: false) is not { } section) return fields;

        foreach (var name in section.Keys.Intersect(ProfileKeys.Fields))
        {
            if (section.Text(name) is not { } pointer) continue;
            if (format != PayloadFormat.Modbus) CheckPlace(section, name, pointer, format);
            else if (!points.Any(point => point.Name == pointer)) section.Refuse(name, $"'{pointer}' of key '{name}' is none of this message's 'points'");
            fields[name] = pointer;
        }

        return fields;
    }

    static IEnumerable<(string Key, string Pointer)> ReadFiling(ProfileSection message, PayloadFormat? format)
    {
        foreach (var key in ProfileKeys.Filing)
        {
            if (format is not (null or PayloadFormat.Json or PayloadFormat.Auto)) message.RefuseIfPresent(key, "for messages that are not JSON");
            if (format is not (null or PayloadFormat.Json or PayloadFormat.Auto) || message.Text(key, required: false) is not { } pointer) continue;
            CheckPlace(message, key, pointer, format);
            yield return (key, pointer);
        }
    }

    static string? ReadRetentionClass(ProfileSection message)
    {
        if (message.Text("retentionClass", required: false) is not { } name) return null;
        if (DeviceId.TryParse(name, out _)) return name;
        message.Refuse("retentionClass", $"'{name}' of key 'retentionClass' must be lower-case letters, digits and hyphens");
        return null;
    }

    static void CheckPlace(ProfileSection section, string key, string place, PayloadFormat? format)
    {
        if (format == PayloadFormat.Hj212)
        {
            if (!Hj212Name().IsMatch(place)) section.Refuse(key, $"'{place}' of key '{key}' must be the name of an HJ 212 field, such as DataTime");
        }
        else if (format == PayloadFormat.Nmea)
        {
            if (!NmeaInterpretation.Places.Contains(place)) section.Refuse(key, $"'{place}' of key '{key}' is not read in NMEA: use one of {string.Join(", ", NmeaInterpretation.Places)}");
        }
        else if (format is not null && !JsonPointer.TryParse(place, out _, out var error))
        {
            section.Refuse(key, $"'{place}' of key '{key}' is not an RFC 6901 pointer such as /device/time: {error}");
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Hj212Name();
}
