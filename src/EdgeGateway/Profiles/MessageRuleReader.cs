using EdgeGateway.Devices;
using EdgeGateway.Evidence;
using EdgeGateway.Ledger;

namespace EdgeGateway.Profiles;

/// <summary>Reads the rules of one profile in their order, and sees that each of them can be reached.</summary>
/// <param name="wire">Null where the profile's wire could not be read: then what hangs on it is not checked.</param>
/// <param name="framing">Null on another wire than a serial line, or where it could not be read.</param>
sealed class MessageRuleReader(WireKind? wire, SerialFraming? framing, List<ProfileError> errors)
{
    const long MaximumMqttBytes = 64 << 20;
    const long MaximumFileBytes = 8L << 30;
    const long MaximumSegmentBytes = 1L << 30;

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

    static readonly Dictionary<string, PayloadFormat> DockFormats = new(StringComparer.Ordinal) { ["listing"] = PayloadFormat.Listing, ["file"] = PayloadFormat.File };

    static readonly Dictionary<string, PayloadFormat> VideoFormats = new(StringComparer.Ordinal) { ["segment"] = PayloadFormat.Segment };

    static readonly Dictionary<string, PayloadFormat> ContactFormats = new(StringComparer.Ordinal) { ["contact"] = PayloadFormat.Contact };

    static readonly Dictionary<string, PayloadFormat> AllFormats = new(
        new[] { MqttFormats, Hj212Formats, NmeaFormats, ModbusFormats, DockFormats, VideoFormats, ContactFormats }.SelectMany(formats => formats), StringComparer.Ordinal);

    readonly HashSet<string> _names = new(StringComparer.Ordinal);
    readonly List<TopicTemplate> _topics = [];
    readonly HashSet<string> _commands = new(StringComparer.Ordinal);
    readonly List<string> _beginnings = [];
    readonly FileRuleReader _files = new(errors);
    readonly ContactInputReader _inputs = new();
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
        var files = _files.Read(section, wire, format);
        var input = _inputs.Read(section, wire);
        var size = ReadMaximumSize(section, format);
        var upload = section.Has("upload") ? new UploadRuleReader(wire, kind, format, topic, size).Read(section, chunks => ReadTopic(chunks, "chunks")) : null;
        var mediaType = ReadMediaType(section);
        var places = new PlaceReader(format, files.File);
        var eventId = places.ReadEventId(section);
        var capturedAt = places.ReadCapturedAt(section);
        var fields = places.ReadFields(section, points);
        foreach (var (key, pointer) in places.ReadFiling(section)) fields[key] = pointer;
        var retentionClass = ReadRetentionClass(section);
        if (format == PayloadFormat.Modbus) section.RefuseIfPresent("repeatWindow", "for modbus, where every answer is to a question of its own");
        if (format is PayloadFormat.Listing or PayloadFormat.Segment or PayloadFormat.Contact) section.RefuseIfPresent("repeatWindow", "for what the gateway itself writes, which never comes twice");
        var mayRepeat = format is not (PayloadFormat.Modbus or PayloadFormat.Listing or PayloadFormat.Segment or PayloadFormat.Contact);
        var window = kind == MessageClass.Evidence && mayRepeat ? section.Duration("repeatWindow", TimeSpan.FromMinutes(1), TimeSpan.FromDays(31)) : null;
        if (kind == MessageClass.Evidence) section.RefuseIfPresent("fields", "for evidence, which is kept whole");
        if (kind == MessageClass.Telemetry && wire is WireKind.Dock or WireKind.Video or WireKind.Contact) section.Refuse("class", $"'class' on wire {wire.Value.Word()} must be evidence");
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
            File = files.File,
            CounterPer = files.CounterPer,
            Input = input,
            MaximumBytes = size!.Value,
            MediaType = mediaType,
            EventId = eventId,
            CapturedAt = capturedAt,
            // A segment that a crash left behind once it was sealed is known by its name, however long the gateway was off.
            RepeatWindow = window ?? (format == PayloadFormat.Segment ? RepeatIdentity.LongestWindow : TimeSpan.Zero),
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
        (WireKind.Dock, _) => DockFormats,
        (WireKind.Video, _) => VideoFormats,
        (WireKind.Contact, _) => ContactFormats,
        _ => AllFormats,
    };

    /// <summary>Wire or framing could not be read: that is told already, and what hangs on it is not.</summary>
    bool IsUnknown => wire is null || (wire == WireKind.Serial && framing is null);

    long? ReadMaximumSize(ProfileSection section, PayloadFormat? format)
    {
        var longest = framing?.MaximumFrameBytes ?? SerialFraming.Default.MaximumFrameBytes;
        if (wire == WireKind.Serial) return section.Size("maximumSize", longest, required: false) ?? longest;
        if (format is not (PayloadFormat.Listing or PayloadFormat.Contact)) return section.Size("maximumSize", format switch { PayloadFormat.File => MaximumFileBytes, PayloadFormat.Segment => MaximumSegmentBytes, _ => MaximumMqttBytes });
        section.RefuseIfPresent("maximumSize", "for what the gateway itself writes");
        return MaximumMqttBytes;
    }

    string? ReadTopic(ProfileSection section, string key)
    {
        if (wire is not (null or WireKind.Mqtt)) section.RefuseIfPresent(key, $"on wire {wire.Value.Word()}");
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
        if (wire is not (null or WireKind.Serial)) section.RefuseIfPresent("commands", $"on wire {wire.Value.Word()}");
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

    static string? ReadRetentionClass(ProfileSection message)
    {
        if (message.Text("retentionClass", required: false) is not { } name) return null;
        if (DeviceId.TryParse(name, out _)) return name;
        message.Refuse("retentionClass", $"'{name}' of key 'retentionClass' must be lower-case letters, digits and hyphens");
        return null;
    }
}
