using EdgeGateway.Evidence;
using EdgeGateway.Ledger;
using EdgeGateway.Profiles;

namespace EdgeGateway.Ingest;

/// <summary>A <c>quarantine</c> entry: something arrived and is not accepted as evidence.</summary>
/// <param name="suppressed">How many like it were only counted since the last one.</param>
sealed class QuarantineDraft(Refusal refusal, long suppressed, SealedPart privatePart)
    : EntryDraft(EntryKind.Quarantine, SubjectOf(refusal), ActorOf(refusal), refusal.Authentication, privatePart)
{
    public override void WriteBody(CanonicalJsonWriter json, in RepeatFacts repeat)
    {
        json.BeginObject();
        EntryFlags.Write(json, refusal.IsOfBenches || refusal.Device is { IsBench: true });
        if (refusal.Device is { } device)
        {
            json.Name("profile"u8);
            EntryFacts.WriteProfile(json, device.Profile);
        }

        json.Name("reason"u8);
        json.Ascii(ReasonName(refusal.Reason));
        json.Name("receivedAt"u8);
        json.Time(refusal.ReceivedAt);
        json.Name("size"u8);
        json.Number(refusal.Payload.Length);
        if (suppressed > 0)
        {
            json.Name("suppressed"u8);
            json.Number(suppressed);
        }

        json.Name("wire"u8);
        json.Ascii(EntryFacts.WireName(refusal.Wire));
        json.EndObject();
    }

    public static ReadOnlySpan<byte> ReasonName(RefusalReason reason) => reason switch
    {
        RefusalReason.Malformed => "malformed"u8,
        RefusalReason.Oversized => "oversized"u8,
        RefusalReason.ForbiddenTopic => "forbidden-topic"u8,
        RefusalReason.UnknownDevice => "unknown-device"u8,
        RefusalReason.CrcMismatch => "crc-mismatch"u8,
        RefusalReason.LineNoise => "line-noise"u8,
        RefusalReason.WrongCredential => "wrong-credential"u8,
        RefusalReason.UnknownUpload => "unknown-upload"u8,
        RefusalReason.ChunkRange => "chunk-range"u8,
        RefusalReason.DigestMismatch => "digest-mismatch"u8,
        RefusalReason.UploadConflict => "upload-conflict"u8,
        RefusalReason.UploadLimit => "upload-limit"u8,
        RefusalReason.UploadExpired => "upload-expired"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "A refusal without a word for its reason."),
    };

    static string SubjectOf(Refusal refusal) => refusal.Device is { } device ? Subjects.Device(device.Id.Value) : Subjects.Gateway;

    // Whoever sent what was refused is not known to have been the device: the gateway states that it arrived.
    static string ActorOf(Refusal refusal) =>
        refusal is { Device: { } device, Wire: WireKind.Mqtt } ? Actors.Device(device.Id.Value) : Actors.Gateway;
}
