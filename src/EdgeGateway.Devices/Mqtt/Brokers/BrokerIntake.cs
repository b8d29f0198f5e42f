using System.Buffers;
using EdgeGateway.Evidence;
using EdgeGateway.Profiles;
using EdgeGateway.Uploads;
using MQTTnet;

namespace EdgeGateway.Devices.Mqtt.Brokers;

/// <summary>
/// Hands what comes from one broker to the sealer, to telemetry or to quarantine. Whose a message is its topic says, and only of devices
/// that the registry has at this broker: what belongs to another wire's device is not taken from here.
/// </summary>
sealed class BrokerIntake(string broker, IDeviceDirectory directory, ISealer sealer, ITelemetry telemetry, UploadIntake uploads, TimeProvider time, MqttEvents events)
{
    const string EventId = "eventId";
    const string Sha256 = "sha256";

    /// <param name="tls">Of the connection, as <see cref="Authentication.Tls"/> has it.</param>
    /// <param name="tell">Told what there is to tell of media in chunks, from any thread; it must not block nor throw.</param>
    /// <returns>Ends when the message has been accepted (the sealer's queue may be full), with the task of its outcome.</returns>
    public ValueTask<Task<SealOutcome>> AcceptAsync(
        MqttApplicationMessage message, string tls, Action<Device, string, UploadAnswer> tell, out RefusalReason? refusal, CancellationToken cancellationToken)
    {
        // The broker says who it is; who sent what to the broker is the broker's to know.
        var authentication = new Authentication("broker", broker, tls);
        var payload = message.Payload.ToArray();
        var device = Find(message.Topic, out var rule);
        refusal = device is null ? RefusalReason.UnknownDevice
            : rule is null ? RefusalReason.ForbiddenTopic
            : rule.Upload is null && payload.Length > rule.MaximumBytes ? RefusalReason.Oversized
            : null;
        if (refusal is { } reason) return RefuseAsync(reason, device, message.Topic, authentication, payload, cancellationToken);

        if (rule!.Upload is not null)
        {
            var media = new UploadMessage
            {
                Device = device!,
                Rule = rule,
                Topic = message.Topic,
                Authentication = authentication,
                Payload = payload,
                Sha256 = message.UserProperties?.Where(property => property.Name == Sha256).Take(2).ToList() is [var one] ? one.ValueBuffer.Span : default,
                Duplicate = message.Dup,
            };
            var step = uploads.Accept(media, tell, out var refused);
            refusal = refused?.Reason;
            if (refused is not null) return RefuseAsync(refused.Reason, device, message.Topic, authentication, payload, cancellationToken);
            events.Published(rule.Class, message.QualityOfServiceLevel);
            return ValueTask.FromResult(step);
        }

        var interpretation = JsonInterpretation.Read(rule, payload);
        if (PropertyOf(message, EventId) is { } eventId) interpretation = interpretation with { EventId = eventId };
        var arrival = new Arrival
        {
            Device = device!,
            Message = rule,
            Payload = payload,
            Interpretation = interpretation,
            Address = message.Topic,
            Authentication = authentication,
            ReceivedAt = time.GetUtcNow(),
            ClaimedMediaType = PrintableText.Of(message.ContentType, PrintableText.MaximumMediaType),
            Duplicate = message.Dup,
        };
        events.Published(rule.Class, message.QualityOfServiceLevel);
        if (rule.Class == MessageClass.Evidence) return sealer.SubmitAsync(arrival, cancellationToken);

        telemetry.Observe(arrival);
        return ValueTask.FromResult(PendingAcknowledgement.Nothing);
    }

    /// <summary>A device's id is a level of its topics, and never one of another device's: the first that fits is meant.</summary>
    Device? Find(string topic, out MessageRule? rule)
    {
        rule = null;
        Device? owner = null;
        var devices = directory.Current;
        foreach (var level in topic.Split('/', TopicTemplate.MaximumLength))
        {
            if (devices.Find(level) is not { } device || device.Broker != broker) continue;
            owner ??= device;
            if (device.Profile.MatchTopic(level, topic) is not { } match) continue;
            rule = match;
            return device;
        }

        return owner;
    }

    ValueTask<Task<SealOutcome>> RefuseAsync(
        RefusalReason reason, Device? device, string topic, Authentication authentication, byte[] payload, CancellationToken cancellationToken)
    {
        events.PublishRefused(reason);
        return sealer.QuarantineAsync(
            new Refusal
            {
                Reason = reason,
                Wire = WireKind.Mqtt,
                Device = device,
                Address = topic,
                Authentication = authentication,
                Payload = payload,
                ReceivedAt = time.GetUtcNow(),
            },
            cancellationToken);
    }

    /// <returns>Null where there is none, or several.</returns>
    static string? PropertyOf(MqttApplicationMessage message, string name)
    {
        var values = message.UserProperties?.Where(property => property.Name == name).Take(2).ToList();
        return values is [var one] ? PrintableText.Of(one.ValueBuffer.Span, PrintableText.MaximumEventId) : null;
    }
}
