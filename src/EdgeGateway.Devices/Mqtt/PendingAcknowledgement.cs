using EdgeGateway.Evidence;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>
/// What a connection owes its client, in the order in which it must leave (MQTT 5.0 and 3.1.1, section 4.6). It belongs to
/// one connection and dies with it, so an acknowledgement never answers for another connection's packet.
/// </summary>
/// <param name="Outcome">The answer leaves only once this is durable.</param>
/// <param name="ReceivedAt">Timestamp of the <see cref="TimeProvider"/>.</param>
/// <param name="Refusal">Why the publish was not taken, or null.</param>
readonly record struct PendingAcknowledgement(
    AcknowledgementKind Kind, ushort PacketId, Task<SealOutcome> Outcome, long ReceivedAt, PublishRefusal? Refusal = null)
{
    /// <summary>For what waits for nothing on disk.</summary>
    public static readonly Task<SealOutcome> Nothing =
        Task.FromResult(new SealOutcome(SealStatus.Counted, -1, default, default));

    /// <summary>Of a <see cref="AcknowledgementKind.PubComp"/>: no such packet was waiting.</summary>
    public bool NotFound { get; init; }
}

enum AcknowledgementKind : byte
{
    /// <summary>QoS 0: nothing leaves, but a failed seal is still seen.</summary>
    None,

    PubAck,

    PubRec,

    PubComp,
}
