using System.Text.Json.Serialization;

namespace EdgeGateway.Simulators.Transcripts;

/// <summary>One line of a transcript: what a simulated device did or was told, at that moment.</summary>
sealed record TranscriptEntry
{
    /// <summary>The machine's clock, whatever clock the payloads carry.</summary>
    public required DateTimeOffset At { get; init; }

    public required string Device { get; init; }

    /// <summary>The device's own number of the message, from 1.</summary>
    public required long N { get; init; }

    public required MessageClass Class { get; init; }

    /// <summary>MQTT topic, or the name of the serial line.</summary>
    public required string Topic { get; init; }

    /// <summary>Of the payload, or of the whole HJ 212 frame from <c>##</c> to CR LF; lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Bytes of the same.</summary>
    public required int Size { get; init; }

    public required TranscriptEvent Event { get; init; }

    /// <summary>Of what is sent first: when the device had it ready, if it goes by a plan. Its window or line may have kept it since.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Due { get; init; }

    /// <summary>The ledger index that an MQTT 5 acknowledgement (<c>edgegw-index</c>) or the receipt of an upload named.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Index { get; init; }

    /// <summary>Why it was refused, or which fault damaged it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }
}

/// <summary>Whether a message has to be in the ledger once it is acknowledged.</summary>
enum MessageClass
{
    [JsonStringEnumMemberName("evidence")]
    Evidence,

    /// <summary>Acknowledged on receipt and only folded into observations: never compared with the ledger.</summary>
    [JsonStringEnumMemberName("telemetry")]
    Telemetry,

    /// <summary>What goes out in chunks. It is acknowledged by its receipt; where it is in the ledger says nothing of the order of sending.</summary>
    [JsonStringEnumMemberName("media")]
    Media,

    /// <summary>A manifest or chunk: acknowledged once it is on the gateway's disk, and never an item of its own.</summary>
    [JsonStringEnumMemberName("part")]
    Part,

    /// <summary>Breaks a rule on purpose: must never be in the ledger as evidence, whatever it is answered with.</summary>
    [JsonStringEnumMemberName("lie")]
    Lie,
}

enum TranscriptEvent
{
    /// <summary>Handed to the operating system for the first time.</summary>
    [JsonStringEnumMemberName("sent")]
    Sent,

    /// <summary>The same bytes again.</summary>
    [JsonStringEnumMemberName("resent")]
    Resent,

    /// <summary>Other bytes than the message went out on purpose; digest and size are theirs.</summary>
    [JsonStringEnumMemberName("damaged")]
    Damaged,

    /// <summary>PUBACK, PUBREC or 9014 has arrived: the gateway answers for the message now.</summary>
    [JsonStringEnumMemberName("acknowledged")]
    Acknowledged,

    /// <summary>The gateway said that it will not have it.</summary>
    [JsonStringEnumMemberName("refused")]
    Refused,

    /// <summary>Given up by the device: QoS 0 while disconnected, or no answer after the last resend.</summary>
    [JsonStringEnumMemberName("dropped")]
    Dropped,

    /// <summary>Never made: the device had no room for it.</summary>
    [JsonStringEnumMemberName("withheld")]
    Withheld,
}
