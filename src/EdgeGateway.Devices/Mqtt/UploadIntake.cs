using System.Text;
using EdgeGateway.Evidence;
using EdgeGateway.Ledger;
using EdgeGateway.Profiles;
using EdgeGateway.Uploads;
using MQTTnet.Protocol;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>
/// Hands manifests and chunks on, and what there is to tell of their upload back to where they came from. Safe for any
/// number of threads.
/// </summary>
sealed class UploadIntake(IUploads uploads, TimeProvider timeProvider)
{
    /// <param name="message">Under a rule with an <see cref="MessageRule.Upload"/>.</param>
    /// <param name="tell">Told what there is to tell of an upload, by its name, from any thread; it must not block nor throw.</param>
    /// <returns>The task of the outcome; without meaning where there is a refusal.</returns>
    public Task<SealOutcome> Accept(in UploadMessage message, Action<Device, string, UploadAnswer> tell, out PublishRefusal? refusal)
    {
        var (device, rule) = (message.Device, message.Rule);
        var isChunk = rule.Upload!.Chunks.TryMatch(message.Topic, device.Id.Value);
        var template = isChunk ? rule.Upload.Chunks : rule.Template!;
        var upload = template.LevelOf(UploadRule.UploadLevel, message.Topic).ToString();
        Action<UploadAnswer> answer = told => tell(device, upload, told);
        var step = isChunk ? Write(message, upload, answer) : Begin(message, upload, answer);
        refusal = step.Refusal is { } refused ? new PublishRefusal(refused.Reason, CodeOf(refused.Reason), refused.Text) : null;
        if (refusal is not null && UploadId.IsValid(upload)) answer(new UploadAnswer.Rejected(refusal.Text));
        return step.Outcome;
    }

    UploadStep Begin(in UploadMessage message, string upload, Action<UploadAnswer> answer)
    {
        if (message.Payload.Length > message.Rule.MaximumBytes) return Oversized;
        var payload = message.Payload.ToArray();
        var arrival = new Arrival
        {
            Device = message.Device,
            Message = message.Rule,
            Payload = payload,
            Interpretation = JsonInterpretation.Read(message.Rule, payload),
            Address = message.Topic,
            Authentication = message.Authentication,
            ReceivedAt = timeProvider.GetUtcNow(),
            Duplicate = message.Duplicate,
        };
        return uploads.Begin(arrival, upload, answer);
    }

    UploadStep Write(in UploadMessage message, string upload, Action<UploadAnswer> answer)
    {
        var rule = message.Rule.Upload!;
        if (message.Payload.Length > rule.MaximumChunkBytes) return Oversized;
        Hash? claimed = null;
        if (!message.Sha256.IsEmpty)
        {
            if (!Hash.TryParse(Encoding.ASCII.GetString(message.Sha256), out var sha256)) return Malformed;
            claimed = sha256;
        }

        var chunk = new UploadChunk
        {
            Device = message.Device,
            Upload = upload,
            Number = rule.Chunks.LevelOf(UploadRule.ChunkLevel, message.Topic),
            Bytes = message.Payload,
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

/// <summary>A manifest or a chunk as it came, from whichever broker.</summary>
readonly ref struct UploadMessage
{
    public required Device Device { get; init; }

    public required MessageRule Rule { get; init; }

    public required string Topic { get; init; }

    public required Authentication Authentication { get; init; }

    public required ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>The user property <c>sha256</c>; empty where there is none.</summary>
    public ReadOnlySpan<byte> Sha256 { get; init; }

    public bool Duplicate { get; init; }
}
