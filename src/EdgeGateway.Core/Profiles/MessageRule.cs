using EdgeGateway.Docks;

namespace EdgeGateway.Profiles;

/// <summary>What one kind of message of a device type is and where its facts are.</summary>
public sealed record MessageRule
{
    /// <summary>The name that entries carry; never anything a device wrote.</summary>
    public required string Name { get; init; }

    public required MessageClass Class { get; init; }

    public required PayloadFormat Format { get; init; }

    /// <summary>
    /// MQTT: topic template such as <c>edgegw/v1/{device}/event/{name}</c>; <c>{device}</c> is the device's id and any
    /// other <c>{word}</c> one topic level.
    /// </summary>
    /// <exception cref="FormatException">Not a topic template (<see cref="TopicTemplate"/>).</exception>
    public string? Topic
    {
        get => Template?.Text;
        init => Template = value is null ? null : TopicTemplate.Parse(value);
    }

    /// <summary><see cref="Topic"/>, compiled.</summary>
    public TopicTemplate? Template { get; private init; }

    /// <summary>HJ 212: the command numbers (CN) this rule is for; empty means every other one.</summary>
    public IReadOnlyList<string> Commands { get; init; } = [];

    /// <summary>NMEA 0183: the sentences (<c>RMC</c>) this rule is for; empty means every other one.</summary>
    public IReadOnlyList<string> Sentences { get; init; } = [];

    /// <summary>NMEA 0183: this rule takes a sentence this often at most, and each whose validity is another than before; null for all.</summary>
    public TimeSpan? SampleEvery { get; init; }

    /// <summary>Framings <c>delimiter</c> and <c>length</c>: what frames of this rule begin with; empty means any.</summary>
    public ReadOnlyMemory<byte> Begins { get; init; }

    /// <summary>Modbus: what the gateway asks for, and so what an answer is to. Null for all others.</summary>
    public ModbusPoll? Poll { get; init; }

    /// <summary>Modbus: the values in an answer.</summary>
    public IReadOnlyList<ModbusPoint> Points { get; init; } = [];

    /// <summary>Dock: the files this rule is for. Null for all others.</summary>
    public FilePattern? File { get; init; }

    /// <summary>Dock: places that tell which files are numbered together, such as the recorder's number; empty where all are.</summary>
    public IReadOnlyList<string> CounterPer { get; init; } = [];

    /// <summary>Contact: the input this rule is for. Null for all others.</summary>
    public ContactInput? Input { get; init; }

    /// <summary>The media type that entries state where the device gives none that is allowed, or null to look at the bytes.</summary>
    public string? MediaType { get; init; }

    /// <summary>The largest payload, in bytes; of an upload the largest manifest.</summary>
    public required long MaximumBytes { get; init; }

    /// <summary>RFC 6901 pointer to the device's own id of the event, or null.</summary>
    public string? EventId { get; init; }

    public TimeRule? CapturedAt { get; init; }

    /// <summary>How long an identity or digest is remembered, to know a repeat; none for telemetry, and for what is asked for anew each time.</summary>
    public required TimeSpan RepeatWindow { get; init; }

    /// <summary>The name of how long items are kept; null for the default class.</summary>
    public string? RetentionClass { get; init; }

    /// <summary>Of a message that is the manifest of an upload: how the upload's bytes arrive. Null for all others.</summary>
    public UploadRule? Upload { get; init; }

    /// <summary>Telemetry fields (<c>deviceTime</c>, <c>firmware</c>, <c>battery</c>, …) by RFC 6901 pointer; of evidence <c>case</c> and <c>officer</c>.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; init; } = new Dictionary<string, string>();
}

public enum MessageClass
{
    Evidence,
    Telemetry,
}

public enum PayloadFormat
{
    /// <summary>Bytes that are not read into.</summary>
    Bytes,

    /// <summary>One JSON object (RFC 8259).</summary>
    Json,

    /// <summary>JSON where the payload is one JSON object, else bytes.</summary>
    Auto,

    /// <summary>One frame of HJ 212-2017.</summary>
    Hj212,

    /// <summary>One sentence of NMEA 0183.</summary>
    Nmea,

    /// <summary>A request of the gateway's and a slave's answer to it, over Modbus RTU.</summary>
    Modbus,

    /// <summary>What lies in a dock's folder, as the gateway lists it: one JSON object.</summary>
    Listing,

    /// <summary>A file of a dock's folder.</summary>
    File,

    /// <summary>A piece of a recorded stream.</summary>
    Segment,

    /// <summary>A contact that opened or closed, as the gateway writes it: one JSON object.</summary>
    Contact,
}

/// <summary>Where and how a device gives its own time; it is kept as given and never corrected.</summary>
/// <param name="Pointer">RFC 6901 pointer, or the name of an HJ 212 field (<c>DataTime</c>) or of what is read in NMEA (<c>time</c>).</param>
/// <param name="Format"><c>rfc3339</c>, <c>unix-ms</c>, <c>unix-s</c>, or a pattern of digits such as <c>yyyyMMddHHmmss</c>.</param>
/// <param name="UtcOffset">For formats without a zone, e.g. +08:00.</param>
public sealed record TimeRule(string Pointer, string Format, TimeSpan UtcOffset)
{
    /// <summary>The instant that a device's text names, in UTC; null where it does not have this form.</summary>
    public DateTimeOffset? Read(string text) => TimeFormat.Read(text, Format, UtcOffset);
}

/// <summary>How a serial line is set.</summary>
/// <param name="BaudRate">Or <see cref="AnyRate"/>.</param>
/// <param name="Rs485">Who turns a two-wire line round between listening and sending.</param>
public sealed record SerialLineSettings(int BaudRate, int DataBits, SerialParity Parity, int StopBits, Rs485Direction Rs485 = Rs485Direction.Adapter)
{
    /// <summary>The rate is found by trying.</summary>
    public const int AnyRate = 0;

    /// <summary>What satellite receivers are set to, the commonest first: 4800 is that of NMEA 0183.</summary>
    static readonly int[] ReceiverRates = [9600, 4800, 38400, 115200, 19200, 57600];

    /// <summary>The rates to try, in their order.</summary>
    public IReadOnlyList<int> Rates => BaudRate == AnyRate ? ReceiverRates : [BaudRate];
}

/// <summary>Who switches the transceiver of an RS-485 line.</summary>
public enum Rs485Direction
{
    /// <summary>The adapter by itself, as those on USB do; or there is nothing to switch.</summary>
    Adapter,

    /// <summary>The port's driver, by RTS: up while it sends.</summary>
    Kernel,
}

public enum SerialParity
{
    None,
    Even,
    Odd,
}
