using System.Globalization;
using EdgeGateway.Devices;
using EdgeGateway.Evidence;
using EdgeGateway.Ledger;
using EdgeGateway.Profiles;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Storage.Uploads;

namespace EdgeGateway.Uploads;

/// <summary>
/// All uploads that are under way: begins them, gives them their chunks, and ends those that take too long. What a restart finds on disk
/// goes on where it was.
/// </summary>
sealed class UploadDesk(
    UploadFolder folder, UploadSealing sealing, FileLedger ledger, IDeviceDirectory directory, UploadOptions options, TimeProvider time,
    UploadEvents events) : IUploads
{
    /// <summary>Kept that long, so that a manifest that comes again gets the same receipt: the longest window of a profile.</summary>
    static readonly TimeSpan ReceiptsKept = TimeSpan.FromDays(31);

    const int ReceiptsOfDevice = 10_000;

    readonly Lock _lock = new();
    readonly Dictionary<(string Device, string Upload), OpenUpload> _open = [];
    bool _stopped;

    public int OpenCount
    {
        get
        {
            lock (_lock) return _open.Count;
        }
    }

    /// <summary>Goes on with what is on disk; called once, before anything is taken.</summary>
    public void Load()
    {
        foreach (var record in folder.Load(events.Damaged)) Resume(record);
        events.Watch(() => OpenCount);
    }

    public UploadStep Begin(Arrival arrival, string upload, Action<UploadAnswer> answer)
    {
        if (!UploadId.IsValid(upload)) return UploadOutcomes.Refused(RefusalReason.Malformed, "The upload's name is not 1 to 64 letters, digits, '.', '-' and '_'.");
        if (ManifestReader.Read(arrival.Payload.Span, out var error) is not { } manifest) return UploadOutcomes.Refused(RefusalReason.Malformed, error);
        if (manifest.Refusal(arrival.Message.Upload!) is { } oversized) return UploadOutcomes.Refused(RefusalReason.Oversized, oversized);

        var record = new UploadRecord
        {
            Device = arrival.Device.Id.Value,
            Upload = upload,
            Message = arrival.Message.Name,
            Address = arrival.Address,
            Authentication = arrival.Authentication,
            Manifest = arrival.Payload,
        };
        try
        {
            lock (_lock) return Begin(record, manifest, answer);
        }
        catch (IOException e)
        {
            events.NotWritten(e);
            return new UploadStep(UploadOutcomes.Unavailable);
        }
    }

    public UploadStep Write(in UploadChunk chunk, Action<UploadAnswer> answer)
    {
        if (!UploadId.IsValid(chunk.Upload)) return Unknown;
        var upload = chunk.Upload.ToString();
        OpenUpload? open;
        lock (_lock)
        {
            if (!_open.TryGetValue((chunk.Device.Id.Value, upload), out open))
            {
                // What was on its way when it was sealed.
                return folder.FindSealed(chunk.Device.Id.Value, upload) is null ? Unknown : UploadOutcomes.KeptAlready;
            }
        }

        open.Answer = answer;
        var manifest = open.Manifest;
        if (!int.TryParse(chunk.Number, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || (chunk.Number.Length > 1 && chunk.Number[0] == '0') || number >= manifest.Chunks)
        {
            return UploadOutcomes.Refused(RefusalReason.ChunkRange, "The manifest's size has no chunk of this number.");
        }

        if (chunk.Bytes.Length != manifest.LengthOf(number)) return UploadOutcomes.Refused(RefusalReason.ChunkRange, "The chunk is not as long as its number and the manifest say.");
        if (chunk.Sha256 is { } claimed && claimed != ChunkDigest(chunk.Bytes)) return UploadOutcomes.Refused(RefusalReason.DigestMismatch, "The chunk does not have the digest that is given with it.");
        if (!ledger.HasRoom) return new UploadStep(UploadOutcomes.Unavailable);
        try
        {
            return open.Write(number, chunk.Bytes);
        }
        catch (IOException e)
        {
            events.NotWritten(e);
            return new UploadStep(UploadOutcomes.Unavailable);
        }
    }

    /// <summary>Ends what takes too long, tries again what could not be sealed, and forgets old receipts.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        List<OpenUpload> open;
        lock (_lock) open = [.. _open.Values];
        foreach (var upload in open)
        {
            var rule = RuleOf(upload.Record);
            if (rule is null) await ExpireAsync(upload, "The device's profile takes no such upload any more.", cancellationToken);
            else if (!upload.IsWhole && time.GetElapsedTime(upload.OpenedAt) > rule.Upload!.CompleteWithin) await ExpireAsync(upload, "The upload was not complete in time.", cancellationToken);
            else upload.ReadOn();
        }

        folder.RemoveReceipts(time.GetUtcNow().UtcDateTime - ReceiptsKept, ReceiptsOfDevice);
    }

    /// <summary>Takes nothing more, and returns once nothing works on any upload.</summary>
    public async Task StopAsync()
    {
        List<OpenUpload> open;
        lock (_lock)
        {
            _stopped = true;
            open = [.. _open.Values];
            _open.Clear();
        }

        foreach (var upload in open)
        {
            await upload.StopAsync();
            upload.Dispose();
        }
    }

    static UploadStep Unknown => UploadOutcomes.Refused(RefusalReason.UnknownUpload, "No such upload is under way: send its manifest.");

    static Hash ChunkDigest(ReadOnlySpan<byte> bytes) => new(System.Security.Cryptography.SHA256.HashData(bytes));

    UploadStep Begin(UploadRecord record, UploadManifest manifest, Action<UploadAnswer> answer)
    {
        if (_stopped) return new UploadStep(UploadOutcomes.Unavailable);
        if (_open.TryGetValue((record.Device, record.Upload), out var open))
        {
            if (open.Manifest != manifest || open.Record.Message != record.Message) return Conflict;
            open.Answer = answer;
            answer(open.Missing());
            open.ReadOn();
            return UploadOutcomes.KeptAlready;
        }

        if (folder.FindSealed(record.Device, record.Upload) is { } done)
        {
            if (done.Message != record.Message || ManifestReader.Read(done.Manifest.Span, out _) != manifest) return Conflict;
            answer(done.Receipt!);
            return UploadOutcomes.KeptAlready;
        }

        if (_open.Count >= options.MaximumOpen || _open.Keys.Count(key => key.Device == record.Device) >= options.MaximumOpenPerDevice)
        {
            return UploadOutcomes.Refused(RefusalReason.UploadLimit, "Too many uploads are open: end one first.");
        }

        if (!ledger.HasRoomFor(manifest.Size)) return new UploadStep(UploadOutcomes.Unavailable);
        var begun = Add(record, manifest, folder.Begin(record, manifest), new ChunkSet(manifest.Chunks));
        begun.Answer = answer;
        answer(begun.Missing());
        return UploadOutcomes.KeptAlready;
    }

    static UploadStep Conflict => UploadOutcomes.Refused(RefusalReason.UploadConflict, "An upload of this name has another manifest: use a new name.");

    void Resume(UploadRecord record)
    {
        try
        {
            // It was read before it was kept, so that only another version of this program could find it wrong.
            if (ManifestReader.Read(record.Manifest.Span, out var error) is not { } manifest) throw new IOException(error);
            var durable = new ChunkSet(manifest.Chunks);
            Add(record, manifest, folder.Open(record, manifest, durable), durable).ReadOn();
        }
        catch (IOException e)
        {
            events.NotResumed(record.Device, e);
            folder.Remove(record.Device, record.Upload);
        }
    }

    OpenUpload Add(UploadRecord record, UploadManifest manifest, UploadFile file, ChunkSet durable)
    {
        var open = new OpenUpload(record, manifest, file, durable, sealing.WithSm3, time.GetTimestamp(), EndAsync);
        _open.Add((record.Device, record.Upload), open);
        return open;
    }

    /// <summary>Nothing is read from an upload any more when this is called, but by the caller.</summary>
    async Task EndAsync(OpenUpload upload, (Hash Sha256, Hash? Sm3)? digest, Exception? failure)
    {
        try
        {
            if (digest is not { } read)
            {
                events.Failed(upload.Record.Device, failure!);
                await ForgetAsync(upload);
            }
            else if (read.Sha256 != upload.Manifest.Sha256)
            {
                await DropAsync(upload, RefusalReason.DigestMismatch, "The object does not have the digest that its manifest claims.", CancellationToken.None);
            }
            else
            {
                await SealAsync(upload, read.Sm3);
            }
        }
        catch (IOException e)
        {
            // What was sealed is found again by its name.
            events.NotWritten(e);
            upload.TryAgain();
        }
    }

    async Task SealAsync(OpenUpload upload, Hash? sm3)
    {
        await upload.CloseAsync();
        if (RuleOf(upload.Record) is not { } rule || await sealing.SealAsync(upload, rule, sm3) is not { } receipt)
        {
            upload.TryAgain();
            return;
        }

        folder.KeepReceipt(upload.Record with { Receipt = receipt });
        Leave(upload);
        events.Sealed(upload.Manifest.Size);
        upload.Answer?.Invoke(receipt);
    }

    async Task ExpireAsync(OpenUpload upload, string text, CancellationToken cancellationToken)
    {
        if (!upload.TryEnd()) return;
        await upload.StopAsync();
        await DropAsync(upload, RefusalReason.UploadExpired, text, cancellationToken);
    }

    /// <summary>Records that an upload is given up, tells the device, and forgets it.</summary>
    async Task DropAsync(OpenUpload upload, RefusalReason reason, string text, CancellationToken cancellationToken)
    {
        if (!await sealing.RefuseAsync(upload.Record, reason, cancellationToken))
        {
            upload.TryAgain();
            return;
        }

        await ForgetAsync(upload);
        events.Dropped(reason);
        upload.Answer?.Invoke(new UploadAnswer.Rejected(text));
    }

    async Task ForgetAsync(OpenUpload upload)
    {
        await upload.CloseAsync();
        folder.Remove(upload.Record.Device, upload.Record.Upload);
        Leave(upload);
    }

    void Leave(OpenUpload upload)
    {
        lock (_lock)
        {
            // A stop has it in hand otherwise.
            if (_open.Remove((upload.Record.Device, upload.Record.Upload))) upload.Dispose();
        }
    }

    MessageRule? RuleOf(UploadRecord record) =>
        directory.Current.Find(record.Device)?.Profile.Messages.FirstOrDefault(rule => rule.Name == record.Message && rule.Upload is not null);
}
