namespace EdgeGateway.Media;

/// <summary>
/// How ffmpeg is told to read a file: by what its first bytes are, never by its name, so that no playlist can lead it anywhere. What is not on
/// this list is not given to it.
/// </summary>
static class MediaForm
{
    /// <summary>Enough of a file's beginning.</summary>
    public const int HeadBytes = 400;

    const int TransportPacketBytes = 188;

    /// <returns>The name of ffmpeg's demuxer, or null.</returns>
    public static string? Of(ReadOnlySpan<byte> head)
    {
        if (head.Length >= 12 && head[4..8].SequenceEqual("ftyp"u8)) return "mov";
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3])) return "matroska";
        if (head.Length > 2 * TransportPacketBytes && head[0] == 0x47 && head[TransportPacketBytes] == 0x47 && head[2 * TransportPacketBytes] == 0x47) return "mpegts";
        if (head.StartsWith("RIFF"u8) && head.Length >= 12)
        {
            if (head[8..12].SequenceEqual("AVI "u8)) return "avi";
            if (head[8..12].SequenceEqual("WAVE"u8)) return "wav";
            if (head[8..12].SequenceEqual("WEBP"u8)) return "webp_pipe";
        }

        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])) return "jpeg_pipe";
        if (head.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])) return "png_pipe";
        if (head.StartsWith("ID3"u8)) return "mp3";
        return null;
    }
}
