using System.Globalization;
using EdgeGateway.Simulators.Transcripts;

namespace EdgeGateway.Simulators.Devices;

/// <summary>How a message that is media goes out: a manifest, and its bytes in chunks.</summary>
/// <param name="Name">The device's own name for it, which receipts name.</param>
/// <param name="ChunkBytes">Of every chunk but the last.</param>
sealed record PlannedUpload(string Name, string FileName, string StartedAt, int ChunkBytes)
{
    public PlannedMessage ManifestOf(PlannedMessage media) => Part(media, "manifest", JsonPayload.Of(json =>
    {
        json.WriteString("fileName", FileName);
        json.WriteString("contentType", media.ContentType);
        json.WriteNumber("size", media.Payload.Length);
        json.WriteNumber("chunkSize", ChunkBytes);
        json.WriteString("sha256", media.Sha256);
        json.WriteString("startedAt", StartedAt);
    }));

    public PlannedMessage ChunkOf(PlannedMessage media, int number)
    {
        var start = number * ChunkBytes;
        var bytes = media.Payload.Slice(start, Math.Min(ChunkBytes, media.Payload.Length - start));
        return Part(media, string.Create(CultureInfo.InvariantCulture, $"chunk/{number}"), bytes);
    }

    PlannedMessage Part(PlannedMessage media, string topic, ReadOnlyMemory<byte> payload) =>
        new(media.Device, media.Number, media.Due, $"edgegw/v1/{media.Device}/media/{Name}/{topic}", payload) { Class = MessageClass.Part };
}
