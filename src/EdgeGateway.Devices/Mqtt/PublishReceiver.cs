using EdgeGateway.Evidence;
using MQTTnet.Protocol;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>
/// The receiving half of publishing on one connection (MQTT 5.0 and 3.1.1, section 4.3): every message is handed on once and
/// its acknowledgement put in line. The connection's reader uses it, one packet at a time.
/// </summary>
sealed class PublishReceiver(
    DeviceSession session, PublishIntake intake, Receipts receipts, MqttOptions options, TimeProvider timeProvider, MqttEvents events)
{
    const MqttDisconnectReasonCode GoOn = MqttDisconnectReasonCode.NormalDisconnection;

    /// <summary>Whether a message waits for room in the sealer's queue: then it is not the client who is silent.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>
    /// Takes a PUBLISH. The bytes are not needed once this has returned; the task ends when the next packet may be read.
    /// </summary>
    /// <returns>What to close the connection with, or <see cref="MqttDisconnectReasonCode.NormalDisconnection"/> to go on.</returns>
    public ValueTask<MqttDisconnectReasonCode> ReceiveAsync(int flags, ReadOnlySpan<byte> body, CancellationToken cancellationToken)
    {
        if (intake.Refresh(session) is var reason and not GoOn) return ValueTask.FromResult(reason);

        var receivedAt = timeProvider.GetTimestamp();
        var error = PublishPacket.Decode(flags, body, session.Version5, out var packet);
        if (error != GoOn) return RefuseAndCloseAsync(RefusalReason.Malformed, body, error, cancellationToken);

        var kind = Kind(packet.QualityOfService);
        if (kind == AcknowledgementKind.PubRec)
        {
            // Section 4.3.3: until PUBREL, the same identifier is the same message.
            if (!session.Unreleased.TryAdd(packet.PacketId))
            {
                return EnqueueAsync(new(kind, packet.PacketId, PendingAcknowledgement.Nothing, receivedAt), cancellationToken);
            }

            if (session.Unreleased.Count > options.ReceiveMaximum)
            {
                return ValueTask.FromResult(MqttDisconnectReasonCode.ReceiveMaximumExceeded);
            }
        }

        var accepting = intake.AcceptAsync(session, receipts, packet, out var refusal, cancellationToken);
        // MQTT 5.0 section 4.3.3: a PUBREC that refuses ends the exchange, and no PUBREL follows.
        if (refusal is not null && session.Version5 && kind == AcknowledgementKind.PubRec) session.Unreleased.Remove(packet.PacketId);

        return accepting.IsCompletedSuccessfully
            ? EnqueueAsync(new(kind, packet.PacketId, accepting.Result, receivedAt, refusal), cancellationToken)
            : WaitAndEnqueueAsync(accepting.AsTask(), new(kind, packet.PacketId, PendingAcknowledgement.Nothing, receivedAt, refusal), cancellationToken);
    }

    /// <summary>Takes a PUBREL.</summary>
    public ValueTask<MqttDisconnectReasonCode> ReleaseAsync(ushort packetId, CancellationToken cancellationToken)
    {
        var pending = new PendingAcknowledgement(AcknowledgementKind.PubComp, packetId, PendingAcknowledgement.Nothing, ReceivedAt: 0);
        return EnqueueAsync(pending with { NotFound = !session.Unreleased.Remove(packetId) }, cancellationToken);
    }

    /// <summary>
    /// Takes the beginning of a PUBLISH that was too large to be read whole. An MQTT 3.1.1 client would send it again for ever
    /// if it were not acknowledged, so it is where that can be done; any other connection closes.
    /// </summary>
    public ValueTask<MqttDisconnectReasonCode> ReceiveOversizedAsync(
        int flags, ReadOnlySpan<byte> beginning, CancellationToken cancellationToken)
    {
        var error = PublishPacket.Decode(flags, beginning, session.Version5, out var packet);
        if (session.Version5 || error != GoOn || packet.PacketId == 0)
        {
            return RefuseAndCloseAsync(RefusalReason.Oversized, beginning, MqttDisconnectReasonCode.PacketTooLarge, cancellationToken);
        }

        session.Topics.TryFind(packet.Topic, session.Device, out var topic, out _);
        var pending = new PendingAcknowledgement(
            Kind(packet.QualityOfService), packet.PacketId, PendingAcknowledgement.Nothing, timeProvider.GetTimestamp(), PublishRefusal.Oversized);
        if (pending.Kind == AcknowledgementKind.PubRec) session.Unreleased.TryAdd(packet.PacketId);
        var accepting = intake.RefuseAsync(session, RefusalReason.Oversized, topic, packet.Payload, cancellationToken);
        return WaitAndEnqueueAsync(accepting.AsTask(), pending, cancellationToken);
    }

    static AcknowledgementKind Kind(MqttQualityOfServiceLevel quality) => quality switch
    {
        MqttQualityOfServiceLevel.AtLeastOnce => AcknowledgementKind.PubAck,
        MqttQualityOfServiceLevel.ExactlyOnce => AcknowledgementKind.PubRec,
        _ => AcknowledgementKind.None,
    };

    async ValueTask<MqttDisconnectReasonCode> AwaitRefusalAsync(
        ValueTask<Task<SealOutcome>> accepting, MqttDisconnectReasonCode reason, CancellationToken cancellationToken)
    {
        var pending = new PendingAcknowledgement(AcknowledgementKind.None, 0, PendingAcknowledgement.Nothing, ReceivedAt: 0);
        var error = await WaitAndEnqueueAsync(accepting.AsTask(), pending, cancellationToken);
        return error == GoOn ? reason : error;
    }

    ValueTask<MqttDisconnectReasonCode> RefuseAndCloseAsync(
        RefusalReason reason, ReadOnlySpan<byte> bytes, MqttDisconnectReasonCode code, CancellationToken cancellationToken) =>
        AwaitRefusalAsync(intake.RefuseAsync(session, reason, "", bytes, cancellationToken), code, cancellationToken);

    async ValueTask<MqttDisconnectReasonCode> WaitAndEnqueueAsync(
        Task<Task<SealOutcome>> accepting, PendingAcknowledgement pending, CancellationToken cancellationToken)
    {
        IsWaiting = true;
        try
        {
            var outcome = await accepting.WaitAsync(session.SealWait, timeProvider, cancellationToken);
            pending = pending with { Outcome = outcome };
        }
        catch (TimeoutException)
        {
            events.Withheld("queue", session.Device);
            return MqttDisconnectReasonCode.ServerBusy;
        }
        finally
        {
            IsWaiting = false;
        }

        return await EnqueueAsync(pending, cancellationToken);
    }

    ValueTask<MqttDisconnectReasonCode> EnqueueAsync(in PendingAcknowledgement pending, CancellationToken cancellationToken) =>
        session.Acknowledgements.Writer.TryWrite(pending)
            ? ValueTask.FromResult(GoOn)
            : WaitForRoomAsync(pending, cancellationToken);

    async ValueTask<MqttDisconnectReasonCode> WaitForRoomAsync(PendingAcknowledgement pending, CancellationToken cancellationToken)
    {
        await session.Acknowledgements.Writer.WriteAsync(pending, cancellationToken);
        return GoOn;
    }
}
