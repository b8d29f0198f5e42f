using EdgeGateway.Devices;
using EdgeGateway.Evidence;
using EdgeGateway.Ingest;
using EdgeGateway.Ledger;
using EdgeGateway.Profiles;
using EdgeGateway.Storage.Files;
using EdgeGateway.Storage.Objects;

namespace EdgeGateway.Video;

/// <summary>
/// Makes evidence of a segment that is closed: the object first, then the entry that names it; then its file goes. Done again after a crash between any two of them, it
/// finds what is there: the segment's name is its id. It is copied, and not taken over as it lies: whether ffmpeg's writing reached the disk nobody would tell.
/// </summary>
sealed class SegmentSealing(ObjectStore objects, ISealer sealer, TimeProvider time)
{
    /// <returns>Its bytes; null where nothing can be sealed for now: the file stays.</returns>
    /// <exception cref="IOException">The file can't be read, or not be kept.</exception>
    public async Task<long?> SealAsync(Device device, Segment segment, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(segment.Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        var size = file.Length;
        if (size > 0 && !await SealAsync(device, segment, file, size, cancellationToken)) return null;
        File.Delete(segment.Path);
        return size;
    }

    async Task<bool> SealAsync(Device device, Segment segment, FileStream file, long size, CancellationToken cancellationToken)
    {
        StoredObject? kept;
        try
        {
            kept = await ObjectIntake.KeepAsync(objects, file, size, fileName: null, isUnchanged: null, cancellationToken);
        }
        catch (StorageFullException)
        {
            return false;
        }

        if (kept is null) throw new IOException($"'{segment.Path}' became longer while it was read.");
        var arrival = new Arrival
        {
            Device = device,
            Message = device.Profile.MatchFormat(PayloadFormat.Segment)!,
            Payload = Manifest(segment, size),
            Object = kept,
            Interpretation = new Interpretation { Verdict = ParseVerdict.Ok, EventId = $"{RecordingOf(segment)}/{NameOf(segment)}" },
            Address = device.Stream!,
            Authentication = Authentication.Stream,
            ReceivedAt = segment.To < time.GetUtcNow() ? segment.To : time.GetUtcNow(),
        };
        return (await await sealer.SubmitAsync(arrival, cancellationToken)).IsDurable;
    }

    static string RecordingOf(Segment segment) => Path.GetFileName(Path.GetDirectoryName(segment.Path)!);

    static string NameOf(Segment segment) => Path.GetFileNameWithoutExtension(segment.Path);

    static byte[] Manifest(Segment segment, long size) => JsonBytes.Of(json =>
    {
        json.WriteString("recording", RecordingOf(segment));
        json.WriteString("segment", NameOf(segment));
        json.WriteNumber("size", size);
        if (segment.Length is { } length)
        {
            json.WriteString("from", LedgerTime.Format(segment.To - length));
            json.WriteNumber("seconds", Math.Round(length.TotalSeconds, 3));
        }

        json.WriteString("to", LedgerTime.Format(segment.To));
        json.WriteBoolean("complete", segment.Length is not null);
    });
}
