using EdgeGateway.Evidence;
using EdgeGateway.Profiles;
using MQTTnet.Protocol;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>
/// Hands what devices publish to the sealer, to telemetry or to quarantine. All that is needed of a packet is copied before a
/// method returns. Safe for any number of threads; a session belongs to one.
/// </summary>
sealed class PublishIntake(
    ISealer sealer, ITelemetry telemetry, IDeviceDirectory directory, ICredentialCheck credentials, UploadIntake uploads, TimeProvider timeProvider, MqttEvents events)
{
    /// <summary>Takes note of a changed registry entry or profile.</summary>
    /// <inheritdoc cref="DeviceSession.Refresh"/>
    public MqttDisconnectReasonCode Refresh(DeviceSession session) => session.Refresh(directory.Current, credentials);

    /// <returns>
    /// Ends when the message has been accepted (the sealer's queue may be full), with the task of its outcome.
    /// </returns>
    public ValueTask<Task<SealOutcome>> AcceptAsync(
        DeviceSession session, Receipts receipts, in PublishPacket packet, out PublishRefusal? refusal, CancellationToken cancellationToken)
    {
        var isTopic = session.Topics.TryFind(packet.Topic, session.Device, out var topic, out var rule);
        refusal = !isTopic ? PublishRefusal.InvalidTopic
            : rule is null ? PublishRefusal.ForbiddenTopic
            : rule.Upload is null && packet.Payload.Length > rule.MaximumBytes ? PublishRefusal.Oversized
            : null;
        if (refusal is not null) return RefuseAsync(session, refusal.Reason, topic, packet.Payload, cancellationToken);

        if (rule!.Upload is not null)
        {
            var message = new UploadMessage
            {
                Device = session.Device,
                Rule = rule,
                Topic = topic,
                Authentication = session.Authentication,
                Payload = packet.Payload,
                Sha256 = packet.Properties.Sha256,
                Duplicate = packet.Duplicate,
            };
            var step = uploads.Accept(message, receipts.Send, out refusal);
            if (refusal is not null) return RefuseAsync(session, refusal.Reason, topic, packet.Payload, cancellationToken);
            events.Published(rule.Class, packet.QualityOfService);
            return ValueTask.FromResult(step);
        }

        var payload = packet.Payload.ToArray();
        var interpretation = JsonInterpretation.Read(rule!, payload);
        if (PrintableText.Of(packet.Properties.EventId, PrintableText.MaximumEventId) is { } eventId)
        {
            interpretation = interpretation with { EventId = eventId };
        }

        var arrival = new Arrival
        {
            Device = session.Device,
            Message = rule!,
            Payload = payload,
            Interpretation = interpretation,
            Address = topic,
            Authentication = session.Authentication,
            ReceivedAt = timeProvider.GetUtcNow(),
            ClaimedMediaType = PrintableText.Of(packet.Properties.ContentType, PrintableText.MaximumMediaType),
            Duplicate = packet.Duplicate,
        };
        events.Published(rule!.Class, packet.QualityOfService);
        if (rule.Class == MessageClass.Evidence) return sealer.SubmitAsync(arrival, cancellationToken);

        telemetry.Observe(arrival);
        return ValueTask.FromResult(PendingAcknowledgement.Nothing);
    }

    /// <summary>Records something that is not taken.</summary>
    /// <param name="topic">Empty where it could not be read.</param>
    public ValueTask<Task<SealOutcome>> RefuseAsync(
        DeviceSession session, RefusalReason reason, string topic, ReadOnlySpan<byte> bytes, CancellationToken cancellationToken)
    {
        events.PublishRefused(reason);
        var refusal = new Refusal
        {
            Reason = reason,
            Wire = WireKind.Mqtt,
            Device = session.Device,
            Address = topic,
            Authentication = session.Authentication,
            Payload = bytes.ToArray(),
            ReceivedAt = timeProvider.GetUtcNow(),
        };
        return sealer.QuarantineAsync(refusal, cancellationToken);
    }
}
