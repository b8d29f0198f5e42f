using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace EdgeGateway.Devices.Serial.Hj212;

/// <summary>
/// The data segment of one frame (HJ 212-2017 section 6.3, and HJ/T 212-2005, which may lack QN and Flag), read as
/// tolerantly as real devices need: any order, fields of any width up to <see cref="MaximumFieldLength"/>. Immutable.
/// </summary>
public sealed class Hj212Frame
{
    public const int MaximumFieldLength = 64;

    const string Opening = "CP=&&";
    const string Closing = "&&";

    readonly Encoding _encoding;
    readonly List<Hj212Value> _header;
    readonly List<Hj212Value> _parameters;

    Hj212Frame(Encoding encoding, List<Hj212Value> header, string body, string command, string device, int? flag)
    {
        _encoding = encoding;
        _header = header;
        Body = body;
        _parameters = Fields(body);
        Command = command;
        DeviceNumber = device;
        Flag = flag;
    }

    /// <summary>QN: the device's own number of the exchange, a time by its own clock. Null in some frames of 2005.</summary>
    public string? RequestNumber => Header("QN");

    /// <summary>ST: what kind of system it is, e.g. <c>31</c>.</summary>
    public string? SystemType => Header("ST");

    /// <summary>CN, e.g. <c>2011</c>.</summary>
    public string Command { get; }

    /// <summary>MN: which device this is from, as the device says.</summary>
    public string DeviceNumber { get; }

    /// <summary>Flag, 0 to 255; null in some frames of 2005.</summary>
    public int? Flag { get; }

    /// <summary>PNUM: into how many packets a message is cut.</summary>
    public string? PacketCount => Header("PNUM");

    /// <summary>PNO: which of them this is, from 1.</summary>
    public string? PacketNumber => Header("PNO");

    /// <summary>Bit A of Flag: the device keeps sending this until it is answered.</summary>
    public bool WantsAnswer => (Flag & 1) == 1;

    /// <summary>What stands in CP, as it came: it may hold a password.</summary>
    internal string Body { get; }

    /// <summary>PW, to answer with: never shown, logged or kept on disk outside the sealed frame.</summary>
    internal string? Password => Find(_header, "PW");

    /// <summary>Fields before CP, in their order, with the password masked.</summary>
    public IEnumerable<Hj212Value> HeaderValues => _header.Select(value => value.Masked());

    /// <summary>Fields of CP, in their order, with passwords masked.</summary>
    public IEnumerable<Hj212Value> Parameters => _parameters.Select(value => value.Masked());

    /// <summary>
    /// What a resend has in common with the first (section 6.6: the same QN); the packets of a split message have each
    /// their own. Null without QN.
    /// </summary>
    public string? Identity => RequestNumber is { } number ? PacketNumber is { } packet ? $"{number}/{Command}/{packet}" : $"{number}/{Command}" : null;

    /// <param name="data">The data segment alone (<see cref="Hj212Framer.Data"/>).</param>
    /// <param name="error">What makes it unreadable, without any of its content.</param>
    public static bool TryParse(ReadOnlySpan<byte> data, [NotNullWhen(true)] out Hj212Frame? frame, [NotNullWhen(false)] out string? error)
    {
        frame = null;

        // Section 6.1 wants ASCII, and UTF-8 for Chinese. Where it is neither, each byte stands for itself, so that
        // different bytes stay different and an answer repeats them as they came.
        var encoding = Utf8.IsValid(data) ? Encoding.UTF8 : Encoding.Latin1;
        var text = encoding.GetString(data);
        var opening = text.StartsWith(Opening, StringComparison.Ordinal) ? 0 : text.IndexOf(";" + Opening, StringComparison.Ordinal);
        var head = opening < 0 ? text : text[..opening];
        var body = opening < 0 ? "" : text[(text.IndexOf(Opening, opening, StringComparison.Ordinal) + Opening.Length)..];
        if (body.EndsWith(Closing, StringComparison.Ordinal)) body = body[..^Closing.Length];

        var header = Split(head, [';']);
        error = Fault(header);
        if (error is not null) return false;

        int? flag = null;
        if (Find(header, "Flag") is { } flagText)
        {
            if (byte.TryParse(flagText, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) flag = number;
            else error = "its Flag is not a number from 0 to 255";
        }

        if (Find(header, "CN") is not { Length: > 0 } command) error = "it has no CN";
        else if (Find(header, "MN") is not { Length: > 0 } device) error = "it has no MN";
        else if (error is null) frame = new Hj212Frame(encoding, header, body, command, device, flag);
        return frame is not null;
    }

    /// <summary>A field of CP by its exact name (section 6.3.1: names are case-sensitive), the first where there are several, or null.</summary>
    public string? Parameter(string name) => Hj212Value.IsSecret(name) ? null : Find(_parameters, name);

    /// <summary>A field before CP by its exact name, or null. The password is not given out.</summary>
    public string? Header(string name) => Hj212Value.IsSecret(name) ? null : Find(_header, name);

    /// <summary>
    /// The data answer 9014, or the notice answer 9013, to this frame (sections 6.6.2 and 6.6.3): same QN, PW and MN, ST 91,
    /// Flag 4, an empty CP. Null where the device wants none, where it has no QN that an answer could name, and for an
    /// answer: that would go on for ever. It holds the password: never log it.
    /// </summary>
    public byte[]? Answer()
    {
        if (!WantsAnswer || RequestNumber is not { } number || Command.StartsWith("90", StringComparison.Ordinal)) return null;

        var data = $"QN={number};ST=91;CN={(Command == "1013" ? "9013" : "9014")};{(Password is null ? "" : $"PW={Password};")}MN={DeviceNumber};Flag=4;CP=&&&&";
        return Encode(_encoding.GetBytes(data));
    }

    /// <summary>Puts a frame around a data segment.</summary>
    public static byte[] Encode(ReadOnlySpan<byte> data)
    {
        if (data.Length > Hj212Framer.MaximumDataBytes)
        {
            throw new ArgumentException($"A data segment has at most {Hj212Framer.MaximumDataBytes} bytes, not {data.Length}.", nameof(data));
        }

        return
        [
            .. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"##{data.Length:D4}")),
            .. data,
            .. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Hj212Crc.Compute(data):X4}\r\n")),
        ];
    }

    /// <summary>Which frame this is, for people; nothing secret.</summary>
    public override string ToString() => $"CN={Command} MN={DeviceNumber} QN={RequestNumber} Flag={Flag}";

    /// <summary>The fields of a CP, or of several that were joined.</summary>
    internal static List<Hj212Value> Fields(string body) => Split(body, [';', ',']);

    static string? Fault(List<Hj212Value> header)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, value) in header)
        {
            if (name.Length > MaximumFieldLength || value.Length > MaximumFieldLength) return $"a field has more than {MaximumFieldLength} characters";
            if (!names.Add(name)) return "a field stands twice";
        }

        return null;
    }

    static List<Hj212Value> Split(string text, ReadOnlySpan<char> separators)
    {
        var values = new List<Hj212Value>();
        foreach (var range in text.AsSpan().SplitAny(separators))
        {
            var field = text[range];
            if (field.Length == 0) continue;
            var equals = field.IndexOf('=', StringComparison.Ordinal);
            values.Add(equals < 0 ? new(field, "") : new(field[..equals], field[(equals + 1)..]));
        }

        return values;
    }

    static string? Find(List<Hj212Value> values, string name)
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i].Name == name) return values[i].Value;
        }

        return null;
    }
}
