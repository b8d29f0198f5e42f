using System.Globalization;
using System.Text.Json;
using EdgeGateway.Simulators.Transcripts;

namespace EdgeGateway.Simulators.Mqtt;

/// <summary>The reading task of one connection: acknowledgements, receipts and what the server must not send.</summary>
sealed class MqttSessionReader(
    MqttConnection connection, InFlightWindow inFlight, UploadReceipts uploads, SemaphoreSlim credit, ITranscript transcript, TimeProvider time)
{
    const byte FirstFailure = 0x80;

    /// <summary>Set when a PINGREQ goes out, cleared by its answer.</summary>
    public volatile bool AwaitsPingResponse;

    /// <summary>Ends with an exception only.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            switch (await connection.ReceiveAsync(cancellationToken))
            {
                case AcknowledgementPacket acknowledgement:
                    Answer(acknowledgement);
                    break;
                case PublishPacket publish:
                    Receive(publish);
                    break;
                case SubAckPacket subAck when subAck.ReasonCodes.All(code => code < FirstFailure):
                    break;
                case SubAckPacket:
                    throw new MqttProtocolException("The server refused the subscription to the device's own receipts.");
                case PingRespPacket:
                    AwaitsPingResponse = false;
                    break;
                case DisconnectPacket disconnect:
                    throw new IOException($"The server disconnected with reason 0x{disconnect.ReasonCode:x2}"
                        + $" {disconnect.Properties.Text(MqttPropertyId.ReasonString)}".TrimEnd() + ".");
                case var other:
                    throw new MqttProtocolException($"A server does not send {other.Type}.");
            }
        }
    }

    void Answer(AcknowledgementPacket packet)
    {
        // An acknowledgement of something else's id would be one that a device must never act on.
        var message = inFlight.Find(packet.PacketId);
        var expected = message is { WasWritten: true } && packet.Kind == Awaited(message);
        if (!expected) throw new MqttProtocolException($"{packet.Kind} for packet id {packet.PacketId}, which does not wait for it.");

        var refused = packet.ReasonCode >= FirstFailure;
        if (packet.Kind != MqttPacketType.PubComp) Record(message!, packet, refused);
        if (packet.Kind == MqttPacketType.PubRec && !refused)
        {
            message!.IsReceived = true;
            inFlight.TryHandOver(new Outgoing(message, null));
            return;
        }

        if (message!.HasCredit) credit.Release();
        inFlight.Remove(message);
    }

    static MqttPacketType Awaited(InFlightMessage message) => message switch
    {
        { IsReceived: true } => MqttPacketType.PubComp,
        { Message.Qos: 2 } => MqttPacketType.PubRec,
        _ => MqttPacketType.PubAck,
    };

    void Record(InFlightMessage message, AcknowledgementPacket packet, bool refused)
    {
        var entry = message.Message.Entry(refused ? TranscriptEvent.Refused : TranscriptEvent.Acknowledged, time.GetUtcNow());
        if (long.TryParse(packet.Properties.User("edgegw-index"), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            entry = entry with { Index = index };
        }

        if (refused)
        {
            var reason = packet.Properties.Text(MqttPropertyId.ReasonString);
            entry = entry with { Reason = $"0x{packet.ReasonCode:x2} {reason}".TrimEnd() };
        }

        transcript.Record(entry);
        if (!refused) inFlight.Remember(packet.PacketId, entry);
    }

    void Receive(PublishPacket publish)
    {
        if (publish.Qos == 2) throw new MqttProtocolException("The server sent QoS 2 though the subscription allows QoS 1 [MQTT-3.8.4-8].");
        if (publish.Qos == 1)
        {
            inFlight.TryHandOver(new Outgoing(null, new AcknowledgementPacket(MqttPacketType.PubAck, publish.PacketId)));
        }

        var last = publish.Topic[(publish.Topic.LastIndexOf('/') + 1)..];
        if (!ushort.TryParse(last, out var packetId))
        {
            uploads.Take(last, publish.Payload);
            return;
        }

        // MQTT 3.1.1 has no refusing PUBACK: a receipt after it takes the acknowledgement back.
        if (inFlight.Answered(packetId) is { } answered && RejectionIn(publish.Payload) is { } reason)
        {
            transcript.Record(answered with { At = time.GetUtcNow(), Event = TranscriptEvent.Refused, Reason = reason, Index = null });
        }
    }

    static string? RejectionIn(ReadOnlyMemory<byte> payload)
    {
        try
        {
            using var receipt = JsonDocument.Parse(payload);
            if (receipt.RootElement.ValueKind != JsonValueKind.Object) return null;
            if (!receipt.RootElement.TryGetProperty("rejected", out var rejected) || rejected.ValueKind == JsonValueKind.False) return null;
            return receipt.RootElement.TryGetProperty("reason", out var reason) ? reason.ToString() : "rejected";
        }
        catch (JsonException)
        {
            throw new MqttProtocolException("A receipt is not JSON.");
        }
    }
}
