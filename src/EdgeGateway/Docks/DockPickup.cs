using System.Text;
using EdgeGateway.Clocks;
using EdgeGateway.Devices;
using EdgeGateway.Evidence;
using EdgeGateway.Ingest;
using EdgeGateway.Ledger;
using EdgeGateway.Profiles;
using EdgeGateway.Storage.Files;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Storage.Objects;

namespace EdgeGateway.Docks;

/// <summary>Copies one file of a dock into the object store, digesting it on the way, and seals it. The original is left as it is.</summary>
sealed class DockPickup(ObjectStore objects, ISealer sealer, FileLedger ledger, IClockTrust trust, DockOptions options, TimeProvider time)
{
    const int MaximumEventId = 256;

    /// <param name="seenAt">When it was first seen in the dock.</param>
    /// <exception cref="IOException">It can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The gateway may not read it.</exception>
    public async Task<PickupStatus> TakeAsync(Device device, DockFolder folder, DockFile file, DateTimeOffset seenAt, CancellationToken cancellationToken)
    {
        var (rule, facts) = DockFileRule.Of(device.Profile, file);
        if (rule is null) return await RefuseAsync(device, folder, file, RefusalReason.Malformed, cancellationToken);
        if (file.Size > rule.MaximumBytes) return await RefuseAsync(device, folder, file, RefusalReason.Oversized, cancellationToken);
        if (!ledger.HasRoomFor(file.Size)) return PickupStatus.NoRoom;

        using var content = folder.Open(file);
        StoredObject? kept;
        try
        {
            kept = await ObjectIntake.KeepAsync(
                objects, content, file.Size, file.Path[(file.Path.LastIndexOf('/') + 1)..], () => DockFolder.IsUnchanged(content.SafeFileHandle, file), cancellationToken);
        }
        catch (StorageFullException)
        {
            return PickupStatus.NoRoom;
        }

        if (kept is null) return PickupStatus.Changed;
        var receivedAt = time.GetUtcNow();
        var arrival = new Arrival
        {
            Device = device,
            Message = rule,
            Payload = Manifest(file, seenAt),
            Object = kept,
            Interpretation = Read(rule, file, facts),
            Address = AddressOf(folder, file),
            Authentication = Authentication.Folder,
            ReceivedAt = receivedAt,
            IsLate = trust.MayDecideByDate && receivedAt - DueFrom(rule, file, facts, seenAt) > options.LateAfter,
        };
        var outcome = await await sealer.SubmitAsync(arrival, cancellationToken);
        return outcome.IsDurable ? PickupStatus.Sealed : PickupStatus.NoRoom;
    }

    /// <summary>Where a name gives the recording's end as <c>{end}</c>, in the form of its beginning, that is it; else when the file was written last.</summary>
    DateTimeOffset DueFrom(MessageRule rule, DockFile file, IReadOnlyDictionary<string, string> facts, DateTimeOffset seenAt) =>
        options.LateFrom == DockLateFrom.Return ? seenAt
        : facts.TryGetValue("end", out var end) && rule.CapturedAt?.Read(end) is { } ended ? ended
        : file.ModifiedAt;

    static Interpretation Read(MessageRule rule, DockFile file, IReadOnlyDictionary<string, string> facts)
    {
        var capturedAt = rule.CapturedAt is { } at ? facts.GetValueOrDefault(at.Pointer) : null;
        var read = capturedAt is null ? null : rule.CapturedAt!.Read(capturedAt);
        return new Interpretation
        {
            // What the name says of the time is no time: then the name is not as the profile says.
            Verdict = capturedAt is not null && read is null ? ParseVerdict.Failed : ParseVerdict.Ok,
            EventId = file.Path.Length <= MaximumEventId ? file.Path : null,
            CapturedAt = capturedAt,
            CapturedAtUtc = read,
            Fields = rule.Fields.Where(field => facts.ContainsKey(field.Value)).ToDictionary(field => field.Key, field => facts[field.Value], StringComparer.Ordinal),
        };
    }

    async Task<PickupStatus> RefuseAsync(Device device, DockFolder folder, DockFile file, RefusalReason reason, CancellationToken cancellationToken)
    {
        var refusal = new Refusal
        {
            Reason = reason,
            Wire = WireKind.Dock,
            Device = device,
            Address = AddressOf(folder, file),
            Authentication = Authentication.Folder,
            Payload = Encoding.UTF8.GetBytes(file.Path),
            ReceivedAt = time.GetUtcNow(),
        };
        var outcome = await await sealer.QuarantineAsync(refusal, cancellationToken);
        return outcome.IsDurable || outcome.Status == SealStatus.Counted ? PickupStatus.Refused : PickupStatus.NoRoom;
    }

    static byte[] Manifest(DockFile file, DateTimeOffset seenAt) => JsonBytes.Of(json =>
    {
        json.WriteString("path", file.Path);
        json.WriteNumber("size", file.Size);
        json.WriteString("modifiedAt", LedgerTime.Format(file.ModifiedAt));
        json.WriteString("seenAt", LedgerTime.Format(seenAt));
    });

    static string AddressOf(DockFolder folder, DockFile file) => Path.Combine(folder.Path, file.Path);
}

enum PickupStatus
{
    Sealed,

    /// <summary>It was written to meanwhile: it is picked up once it has settled again.</summary>
    Changed,

    /// <summary>It will not be taken, and a quarantine entry says why.</summary>
    Refused,

    /// <summary>Nothing can be sealed for now; it is tried again.</summary>
    NoRoom,
}
