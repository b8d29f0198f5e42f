using System.Text;
using EdgeGateway.Evidence;
using EdgeGateway.Ledger;
using EdgeGateway.Profiles;
using EdgeGateway.Uploads;
using MQTTnet.Protocol;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>
/// Hands manifests and chunks on, and what there is to tell of their upload back to the connection that they came on. Safe for any
/// number of threads.
/// </summary>
sealed class UploadIntake(IUploads uploads, TimeProvider timeProvider)
{
    /// <param name="rule">One with an <see cref="MessageRule.Upload"/>.</param>
    /// <returns>The task of the outcome; without meaning where there is a refusal.</returns>
    public Task<SealOutcome> Accept(DeviceSession session, Receipts receipts, MessageRule rule, string topic, in PublishPacket packet, out PublishRefusal? refusal)
    {
        var isChunk = rule.Upload!.Chunks.TryMatch(topic, session.Device.Id.Value);
        var template = isChunk ? rule.Upload.Chunks : rule.Template!;
        var upload = template.LevelOf(UploadRule.UploadLevel, topic).ToString();
        var device = session.Device;
        Action<UploadAnswer> answer = told => receipts.Send(device, upload, told);
        var step = isChunk
            ? Write(session, rule.Upload, topic, upload, packet, answer)
            : Begin(session, rule, topic, upload, packet, answer);
        refusal = step.Refusal is { } refused ? new PublishRefusal(refused.Reason, CodeOf(refused.Reason), refused.Text) : null;
        if (refusal is not null && UploadId.IsValid(upload)) answer(new UploadAnswer.Rejected(refusal.Text));
        return step.Outcome;
    }

    UploadStep Begin(DeviceSession session, MessageRule rule, string topic, string upload, in PublishPacket packet, Action<UploadAnswer> answer)
    {
        if (packet.Payload.Length > rule.MaximumBytes) return Oversized;
        var payload = packet.Payload.ToArray();
        var arrival = new Arrival
        {
            Device = session.Device,
            Message = rule,
            Payload = payload,
            Interpretation = JsonInterpretation.Read(rule, payload),
            Address = topic,
            Authentication = session.Authentication,
            ReceivedAt = timeProvider.GetUtcNow(),
            Duplicate = packet.Duplicate,
        };
        return uploads.Begin(arrival, upload, answer);
    }

    UploadStep Write(DeviceSession session, UploadRule rule, string topic, string upload, in PublishPacket packet, Action<UploadAnswer> answer)
    {
        if (packet.Payload.Length > rule.MaximumChunkBytes) return Oversized;
        Hash? claimed = null;
        if (!packet.Properties.Sha256.IsEmpty)
        {
            if (!Hash.TryParse(Encoding.ASCII.GetString(packet.Properties.Sha256), out var sha256)) return Malformed;
            claimed = sha256;
        }

        var chunk = new UploadChunk
        {
            Device = session.Device,
            Upload = upload,
            Number = rule.Chunks.LevelOf(UploadRule.ChunkLevel, topic),
            Bytes = packet.Payload,
            Sha256 = claimed,
        };
        return uploads.Write(chunk, answer);
    }

    static UploadStep Oversized => new(PendingAcknowledgement.Nothing, new UploadRefusal(RefusalReason.Oversized, PublishRefusal.Oversized.Text));

    static UploadStep Malformed => new(PendingAcknowledgement.Nothing, new UploadRefusal(RefusalReason.Malformed, "The user property 'sha256' is not 64 hexadecimal digits."));

    static MqttPubAckReasonCode CodeOf(RefusalReason reason) => reason switch
    {
        RefusalReason.Malformed or RefusalReason.DigestMismatch => MqttPubAckReasonCode.PayloadFormatInvalid,
        RefusalReason.Oversized or RefusalReason.UploadLimit => MqttPubAckReasonCode.QuotaExceeded,
        _ => MqttPubAckReasonCode.ImplementationSpecificError,
    };
}
