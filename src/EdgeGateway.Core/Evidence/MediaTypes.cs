using System.Buffers.Binary;
using EdgeGateway.Profiles;

namespace EdgeGateway.Evidence;

/// <summary>
/// Which media type an entry states. Only types of this list can stand in a leaf: what a device claims is text from
/// outside, and a leaf is for ever.
/// </summary>
public static class MediaTypes
{
    public const string Unknown = "application/octet-stream";
    public const string Json = "application/json";
    public const string Hj212 = "application/x-hj212";

    /// <summary>All types that an entry can state.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        Json, Hj212, Unknown, "application/pdf", "application/xml", "application/zip",
        "audio/mp4", "audio/mpeg", "audio/wav",
        "image/bmp", "image/gif", "image/jpeg", "image/png", "image/tiff", "image/webp",
        "text/csv", "text/plain", "text/xml",
        "video/mp2t", "video/mp4", "video/x-matroska",
    ];

    /// <summary>
    /// What the device claims, if the list has it; else what the profile says; else what the first bytes show; else
    /// <see cref="Unknown"/>. A claim is not compared with the bytes: they are sealed, so anyone can.
    /// </summary>
    /// <returns>One of <see cref="All"/>.</returns>
    public static string Decide(string? claimed, MessageRule rule, ReadOnlySpan<byte> payload)
    {
        if (claimed is not null && Find(claimed) is { } known) return known;
        if (rule.MediaType is not null) return Find(rule.MediaType) ?? Unknown;
        return rule.Format switch { PayloadFormat.Hj212 => Hj212, PayloadFormat.Nmea => "text/plain", PayloadFormat.Modbus => Unknown, _ => Sniff(payload) };
    }

    /// <summary>The list's spelling of a type, parameters (<c>; charset=…</c>) aside; null if the list does not have it.</summary>
    public static string? Find(ReadOnlySpan<char> type)
    {
        var end = type.IndexOf(';');
        var name = (end < 0 ? type : type[..end]).Trim();
        foreach (var known in All)
        {
            if (name.Equals(known, StringComparison.OrdinalIgnoreCase)) return known;
        }

        return null;
    }

    static string Sniff(ReadOnlySpan<byte> payload)
    {
        if (payload.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])) return "image/jpeg";
        if (payload.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])) return "image/png";
        if (payload.StartsWith("GIF87a"u8) || payload.StartsWith("GIF89a"u8)) return "image/gif";
        if (payload.StartsWith("%PDF-"u8)) return "application/pdf";
        if (payload.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3])) return "video/x-matroska";
        if (payload.StartsWith("PK\x03\x04"u8)) return "application/zip";
        if (payload.Length >= 12)
        {
            // ISO/IEC 14496-12: box size, then "ftyp".
            if (payload[4..8].SequenceEqual("ftyp"u8)) return "video/mp4";
            if (payload.StartsWith("RIFF"u8) && payload[8..12].SequenceEqual("WEBP"u8)) return "image/webp";
            if (payload.StartsWith("RIFF"u8) && payload[8..12].SequenceEqual("WAVE"u8)) return "audio/wav";
            if (payload.StartsWith("BM"u8) && BinaryPrimitives.ReadUInt32LittleEndian(payload[2..]) == payload.Length) return "image/bmp";
        }

        return BeginsLikeJson(payload) ? Json : Unknown;
    }

    // Only what an object, or an array of objects, texts or arrays begins with, so that no stray bracket is taken for one.
    static bool BeginsLikeJson(ReadOnlySpan<byte> payload)
    {
        if (payload.StartsWith("\uFEFF"u8)) payload = payload[3..];
        var start = payload.IndexOfAnyExcept(" \t\r\n"u8);
        if (start < 0 || payload[start] is not ((byte)'{' or (byte)'[')) return false;

        var inner = payload[(start + 1)..];
        var next = inner.IndexOfAnyExcept(" \t\r\n"u8);
        if (next < 0) return false;
        return payload[start] == (byte)'{' ? inner[next] is (byte)'"' or (byte)'}' : inner[next] is (byte)'{' or (byte)'"' or (byte)'[';
    }
}
