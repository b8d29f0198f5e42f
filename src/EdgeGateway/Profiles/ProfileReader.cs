using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using EdgeGateway.Devices;
using EdgeGateway.Ledger;

namespace EdgeGateway.Profiles;

/// <summary>
/// Reads a device profile as docs/device-profiles.md describes it: strictly, and telling all errors at once. Pure; safe for
/// any number of threads.
/// </summary>
public static class ProfileReader
{
    public const int MaximumBytes = 256 * 1024;

    const string ApiVersion = "edgegw/v1";
    const string Kind = "DeviceProfile";
    const int MaximumMessages = 64;

    static readonly Dictionary<string, WireKind> Wires = Enum.GetValues<WireKind>().ToDictionary(wire => wire.Word(), StringComparer.Ordinal);

    static readonly Dictionary<string, SerialParity> Parities = new(StringComparer.Ordinal)
    {
        ["none"] = SerialParity.None,
        ["even"] = SerialParity.Even,
        ["odd"] = SerialParity.Odd,
    };

    static readonly Dictionary<string, Rs485Direction> Directions = new(StringComparer.Ordinal)
    {
        ["adapter"] = Rs485Direction.Adapter,
        ["kernel"] = Rs485Direction.Kernel,
    };

    /// <param name="file">The file's bytes: what <see cref="DeviceProfile.Sha256"/> is of.</param>
    public static ProfileReading Read(ReadOnlySpan<byte> file)
    {
        if (file.Length > MaximumBytes) return Refused($"the file has {file.Length} bytes: a profile has at most {MaximumBytes}");
        if (!Utf8.IsValid(file)) return Refused("the file is not UTF-8: save it in that encoding");

        var errors = new List<ProfileError>();
        var root = YamlTree.Read(Encoding.UTF8.GetString(file).TrimStart('\uFEFF'), errors);
        var profile = root is null ? null : ReadProfile(root, new Hash(SHA256.HashData(file)), errors);
        return errors.Count == 0 ? new(profile, []) : new(null, [.. errors.OrderBy(error => error.Line).ThenBy(error => error.Column)]);
    }

    static ProfileReading Refused(string message) => new(null, [new(0, 0, message)]);

    static DeviceProfile? ReadProfile(YamlNode root, Hash sha256, List<ProfileError> errors)
    {
        if (ProfileSection.Open(root, "the profile", ProfileKeys.Profile, errors) is not { } section) return null;

        Constant(section, "apiVersion", ApiVersion);
        Constant(section, "kind", Kind);
        var id = section.Text("id");
        if (id is not null && !DeviceId.TryParse(id, out _))
        {
            section.Refuse("id", $"'{id}' of key 'id' must be 1 to {DeviceId.MaximumLength} lower-case letters, digits and hyphens, beginning with a letter or digit");
        }

        var revision = section.Integer("revision", 1, 1_000_000);
        var title = ReadTitle(section);
        var wire = section.Choice("wire", Wires);
        var line = wire == WireKind.Serial ? ReadLine(section) : null;
        foreach (var key in wire is null or WireKind.Serial ? [] : (string[])["line", "framing"]) section.RefuseIfPresent(key, $"on wire {wire!.Value.Word()}");
        var framing = wire == WireKind.Serial ? FramingReader.Read(section) : null;
        if (line is { BaudRate: SerialLineSettings.AnyRate } && framing is not (null or NmeaFraming))
        {
            section.Refuse("line", "'baudRate: auto' is for the framing nmea alone: give a number");
        }

        var dock = WireRuleReader.ReadDock(section, wire);
        var video = WireRuleReader.ReadVideo(section, wire);
        var chip = WireRuleReader.ReadChip(section, wire);
        var silence = section.Duration("silence", TimeSpan.FromSeconds(1), TimeSpan.FromDays(30));
        var messages = new List<MessageRule>();
        var reader = new MessageRuleReader(wire, framing, errors);
        foreach (var item in section.Items("messages", MaximumMessages))
        {
            if (reader.Read(item) is { } rule) messages.Add(rule);
        }

        if (errors.Count == 0) WireRuleReader.CheckMessages(section, wire, messages);
        if (errors.Count > 0) return null;
        return new DeviceProfile
        {
            Id = id!,
            Revision = revision!.Value,
            Sha256 = sha256,
            Title = title,
            Wire = wire!.Value,
            Messages = messages,
            Line = line,
            Framing = framing ?? SerialFraming.Default,
            Dock = dock,
            Video = video,
            Chip = chip,
            Silence = silence!.Value,
        };
    }

    static void Constant(ProfileSection section, string key, string value)
    {
        if (section.Text(key) is { } text && text != value) section.Refuse(key, $"'{text}' of key '{key}' is not known: use {value}");
    }

    static Dictionary<string, string> ReadTitle(ProfileSection profile)
    {
        var titles = new Dictionary<string, string>(StringComparer.Ordinal);
        var section = profile.Section("title", "'title'", ProfileKeys.Title);
        foreach (var language in ProfileKeys.Title)
        {
            if (section?.Text(language) is { } title) titles[language] = title;
        }

        return titles;
    }

    static SerialLineSettings? ReadLine(ProfileSection profile)
    {
        if (profile.Section("line", "'line'", ProfileKeys.Line) is not { } section) return null;

        int? baudRate = section.Is("baudRate", "auto") ? SerialLineSettings.AnyRate : section.Integer("baudRate", 300, 4_000_000);
        var dataBits = section.Integer("dataBits", 7, 8);
        var parity = section.Choice("parity", Parities);
        var stopBits = section.Integer("stopBits", 1, 2);
        var rs485 = section.Has("rs485") ? section.Choice("rs485", Directions) : Rs485Direction.Adapter;
        return baudRate is null || dataBits is null || parity is null || stopBits is null || rs485 is null
            ? null
            : new SerialLineSettings(baudRate.Value, dataBits.Value, parity.Value, stopBits.Value, rs485.Value);
    }
}
