using System.Security.Cryptography;
using System.Text.Json;
using EdgeGateway.Devices;
using EdgeGateway.Evidence;
using EdgeGateway.Ledger;
using EdgeGateway.Profiles;
using EdgeGateway.Storage.Files;
using EdgeGateway.Storage.Objects;

namespace EdgeGateway.Video;

/// <summary>
/// Makes evidence of a segment that is closed: the object first, then the entry that names it; then its file goes. Done again after a crash between any two of them, it
/// finds what is there: the segment's name is its id.
/// </summary>
sealed class SegmentSealing(ObjectStore objects, ISealer sealer, TimeProvider time)
{
    const int HeadBytes = 64;
    const int BufferBytes = 1 << 20;

    /// <returns>False where nothing can be sealed for now: the file stays.</returns>
    /// <exception cref="IOException">The file can't be read.</exception>
    public async Task<bool> SealAsync(Device device, Segment segment, CancellationToken cancellationToken)
    {
        using var file = File.OpenHandle(segment.Path);
        var size = RandomAccess.GetLength(file);
        if (size == 0)
        {
            File.Delete(segment.Path);
            return true;
        }

        var (digest, head, sm3) = Read(file, size);
        try
        {
            if (!objects.Adopt(segment.Path, digest, size, () => DurableFile.Sync(file)).IsDurable) return false;
        }
        catch (StorageFullException)
        {
            return false;
        }

        var arrival = new Arrival
        {
            Device = device,
            Message = device.Profile.MatchFormat(PayloadFormat.Segment)!,
            Payload = Manifest(segment, size),
            Object = new StoredObject(digest, sm3, size, head, FileName: null),
            Interpretation = new Interpretation { Verdict = ParseVerdict.Ok, EventId = $"{RecordingOf(segment)}/{NameOf(segment)}" },
            Address = device.Stream!,
            Authentication = Authentication.Stream,
            ReceivedAt = segment.To < time.GetUtcNow() ? segment.To : time.GetUtcNow(),
        };
        if (!(await await sealer.SubmitAsync(arrival, cancellationToken)).IsDurable) return false;
        File.Delete(segment.Path);
        return true;
    }

    (Hash Digest, byte[] Head, Hash? Sm3) Read(Microsoft.Win32.SafeHandles.SafeFileHandle file, long size)
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var sm3 = objects.WithSm3 ? new Sm3() : null;
        var buffer = new byte[(int)Math.Min(size, BufferBytes)];
        var head = Array.Empty<byte>();
        for (var offset = 0L; offset < size;)
        {
            var count = RandomAccess.Read(file, buffer, offset);
            if (count == 0) throw new IOException("A segment became shorter while it was read.");
            if (offset == 0) head = buffer[..Math.Min(HeadBytes, count)];
            sha256.AppendData(buffer, 0, count);
            sm3?.Append(buffer.AsSpan(0, count));
            offset += count;
        }

        Span<byte> digest = stackalloc byte[Hash.Length];
        sha256.GetHashAndReset(digest);
        return (new Hash(digest), head, sm3?.Digest());
    }

    static string RecordingOf(Segment segment) => Path.GetFileName(Path.GetDirectoryName(segment.Path)!);

    static string NameOf(Segment segment) => Path.GetFileNameWithoutExtension(segment.Path);

    static byte[] Manifest(Segment segment, long size)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
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
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
