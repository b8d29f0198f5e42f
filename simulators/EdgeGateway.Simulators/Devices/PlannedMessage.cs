using System.Security.Cryptography;
using EdgeGateway.Simulators.Transcripts;

namespace EdgeGateway.Simulators.Devices;

/// <summary>One message of a device's plan: fixed by scenario, seed and clock before anything is sent.</summary>
sealed record PlannedMessage
{
    public PlannedMessage(string device, long number, TimeSpan due, string address, ReadOnlyMemory<byte> payload)
    {
        Device = device;
        Number = number;
        Due = due;
        Address = address;
        Payload = payload;
        Sha256 = Digest(payload.Span);
    }

    public string Device { get; }

    /// <summary>Running number of the device's messages, from 1.</summary>
    public long Number { get; }

    /// <summary>When to send, after the scenario's start.</summary>
    public TimeSpan Due { get; }

    /// <summary>MQTT topic, or the name of the serial line.</summary>
    public string Address { get; }

    /// <summary>MQTT payload, or the whole HJ 212 frame.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    public string Sha256 { get; }

    public required MessageClass Class { get; init; }

    /// <summary>0 to 2; no meaning on a serial line.</summary>
    public byte Qos { get; init; } = 1;

    /// <summary>What an answer is recognised by on a serial line (QN), and the MQTT 5 user property <c>eventId</c>.</summary>
    public string? EventId { get; init; }

    /// <summary>MQTT 5 content type.</summary>
    public string? ContentType { get; init; }

    /// <summary>How it goes out where it is media; null for a message of its own.</summary>
    public PlannedUpload? Upload { get; init; }

    /// <summary><see cref="Due"/> on the machine's clock; null where the device does not go by a plan.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>What goes wrong while it is sent.</summary>
    public IReadOnlyList<Fault> Faults { get; init; } = [];

    public TranscriptEntry Entry(TranscriptEvent kind, DateTimeOffset at) => new()
    {
        At = at,
        Device = Device,
        N = Number,
        Class = Class,
        Topic = Address,
        Sha256 = Sha256,
        Size = Payload.Length,
        Event = kind,
        Due = kind == TranscriptEvent.Sent ? DueAt : null,
    };

    /// <summary>The same for other bytes that went out in its place.</summary>
    public TranscriptEntry Damaged(ReadOnlySpan<byte> bytes, FaultKind fault, DateTimeOffset at) =>
        Entry(TranscriptEvent.Damaged, at) with { Sha256 = Digest(bytes), Size = bytes.Length, Reason = fault.ToString() };

    /// <summary>SHA-256, lower-case hexadecimal.</summary>
    public static string Digest(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
