using EdgeGateway.Devices;
using EdgeGateway.Evidence;
using EdgeGateway.Ledger;
using EdgeGateway.Profiles;
using EdgeGateway.Storage.Objects;
using EdgeGateway.Storage.Uploads;

namespace EdgeGateway.Uploads;

/// <summary>Makes evidence of an upload that is whole, and a quarantine entry of one that is given up.</summary>
sealed class UploadSealing(
    UploadFolder folder, ObjectStore objects, ISealer sealer, IDeviceDirectory directory, TimeProvider time, UploadEvents events)
{
    /// <summary>Enough to tell every type of <see cref="MediaTypes"/>.</summary>
    const int HeadBytes = 64;

    public bool WithSm3 => objects.WithSm3;

    /// <summary>The object first, then the entry that names it. Done again after a crash, it finds both.</summary>
    /// <returns>Null where it can't be done for now.</returns>
    public async Task<UploadAnswer.Sealed?> SealAsync(OpenUpload upload, MessageRule rule, Hash? sm3)
    {
        if (directory.Current.Find(upload.Record.Device) is not { } device || !Store(upload)) return null;
        var manifest = upload.Manifest;
        var head = new byte[Math.Min(HeadBytes, manifest.Size)];
        upload.File.Read(0, head);
        var arrival = new Arrival
        {
            Device = device,
            Message = rule,
            Payload = upload.Record.Manifest,
            Object = new StoredObject(manifest.Sha256, sm3, manifest.Size, head, manifest.FileName),
            Interpretation = JsonInterpretation.Read(rule, upload.Record.Manifest.Span) with { EventId = upload.Record.Upload },
            Address = upload.Record.Address,
            Authentication = upload.Record.Authentication,
            ReceivedAt = time.GetUtcNow(),
            ClaimedMediaType = manifest.ContentType,
        };
        var outcome = await await sealer.SubmitAsync(arrival, CancellationToken.None);
        return outcome.IsDurable ? new UploadAnswer.Sealed(outcome.Index, outcome.LeafHash, manifest.Sha256, outcome.SealedAt) : null;
    }

    /// <returns>False where it can't be recorded for now.</returns>
    public async Task<bool> RefuseAsync(UploadRecord record, RefusalReason reason, CancellationToken cancellationToken)
    {
        var refusal = new Refusal
        {
            Reason = reason,
            Wire = WireKind.Mqtt,
            Device = directory.Current.Find(record.Device),
            Address = record.Address,
            Authentication = record.Authentication,
            Payload = record.Manifest,
            ReceivedAt = time.GetUtcNow(),
        };
        return (await await sealer.QuarantineAsync(refusal, cancellationToken)).IsDurable;
    }

    bool Store(OpenUpload upload)
    {
        try
        {
            if (!upload.Record.IsComplete)
            {
                // From the moment that the file has a second name nobody may write to it, also after a crash.
                folder.KeepComplete(upload.Record with { IsComplete = true });
                upload.Record = upload.Record with { IsComplete = true };
            }

            return objects.Adopt(folder.ContentOf(upload.Record), upload.Manifest.Sha256, upload.Manifest.Size, upload.File.SyncWhole).IsDurable;
        }
        catch (IOException e)
        {
            events.NotWritten(e);
            return false;
        }
    }
}
