using EdgeGateway.Evidence;
using EdgeGateway.Ledger;
using EdgeGateway.Profiles;

namespace EdgeGateway.Ingest;

/// <summary>An <c>evidence</c> entry (docs/ledger-format.md section 3). Its body names nothing that a device wrote.</summary>
sealed class EvidenceDraft(Arrival arrival, string mediaType, SealedPart privatePart)
    : EntryDraft(
        EntryKind.Evidence, Subjects.Device(arrival.Device.Id.Value), Actors.Device(arrival.Device.Id.Value),
        arrival.Authentication, privatePart)
{
    public override void WriteBody(CanonicalJsonWriter json, in RepeatFacts repeat)
    {
        var device = arrival.Device;
        json.BeginObject();
        if (repeat.ConflictsWith >= 0)
        {
            json.Name("conflictsWith"u8);
            json.Number(repeat.ConflictsWith);
        }

        if (repeat is { EarlierLeaf: { } conflicting, EarlierConflicts: true })
        {
            json.Name("conflictsWithLeaf"u8);
            json.Hex(conflicting);
        }

        json.Name("deviceLeaf"u8);
        json.Hex(device.RegistryLeaf);
        EntryFlags.Write(json, device.IsBench, arrival.Duplicate, arrival.IsLate);
        json.Name("mediaType"u8);
        json.String(mediaType);
        json.Name("message"u8);
        json.String(arrival.Message.Name);
        json.Name("parse"u8);
        json.Ascii(arrival.Interpretation.Verdict switch
        {
            ParseVerdict.Ok => "ok"u8,
            ParseVerdict.Failed => "failed"u8,
            _ => "none"u8,
        });
        if (repeat.PossibleRepeatOf >= 0)
        {
            json.Name("possibleRepeatOf"u8);
            json.Number(repeat.PossibleRepeatOf);
        }

        if (repeat is { EarlierLeaf: { } repeated, EarlierConflicts: false })
        {
            json.Name("possibleRepeatOfLeaf"u8);
            json.Hex(repeated);
        }

        json.Name("profile"u8);
        EntryFacts.WriteProfile(json, device.Profile);
        json.Name("receivedAt"u8);
        json.Time(arrival.ReceivedAt);
        json.Name("size"u8);
        json.Number(arrival.Object?.Size ?? arrival.Payload.Length);
        json.Name("wire"u8);
        json.Ascii(EntryFacts.WireName(device.Profile.Wire));
        json.EndObject();
    }
}

/// <summary>Parts that several kinds of entries share.</summary>
static class EntryFacts
{
    public static void WriteProfile(CanonicalJsonWriter json, DeviceProfile profile)
    {
        json.BeginObject();
        json.Name("id"u8);
        json.String(profile.Id);
        json.Name("revision"u8);
        json.Number(profile.Revision);
        json.Name("sha256"u8);
        json.Hex(profile.Sha256);
        json.EndObject();
    }

    /// <summary>As <see cref="WireKinds.Word"/>.</summary>
    public static ReadOnlySpan<byte> WireName(WireKind wire) => wire switch
    {
        WireKind.Mqtt => "mqtt"u8,
        WireKind.Serial => "serial"u8,
        WireKind.Dock => "dock"u8,
        WireKind.Video => "video"u8,
        _ => "contact"u8,
    };
}
