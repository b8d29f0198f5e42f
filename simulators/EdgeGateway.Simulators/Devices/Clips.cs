using System.Buffers.Binary;
using System.Text;
using EdgeGateway.Simulators.Scenarios;
using EdgeGateway.Simulators.Transcripts;

namespace EdgeGateway.Simulators.Devices;

/// <summary>The clips of one device: its footage each time, with a box behind it that makes it unlike any other.</summary>
/// <param name="footage">An MP4 file.</param>
sealed class Clips(ClipSettings settings, string device, ScenarioClock clock, byte[] footage)
{
    const int BoxHead = 8;

    /// <param name="n">The device's number of the message.</param>
    public PlannedMessage At(TimeSpan due, long n, FaultPlan faults)
    {
        var at = clock.Rfc3339(due + faults.ClockError);
        var name = $"clip-{n:D8}";
        var content = WithFreeBox(footage, $"{device} {n:D8} {at}", settings.Bytes);
        return new PlannedMessage(device, n, due, $"edgegw/v1/{device}/media/{name}/manifest", content)
        {
            Class = MessageClass.Media,
            ContentType = "video/mp4",
            Faults = faults.Next(due, 0),
            Upload = new PlannedUpload(name, $"{device}_{n:D8}.mp4", at, settings.ChunkBytes),
        };
    }

    /// <summary>The file with a <c>free</c> box (ISO/IEC 14496-12 section 8.1.2) at its end: readers skip it.</summary>
    /// <param name="bytes">How large the whole is to be, at least.</param>
    public static byte[] WithFreeBox(byte[] mp4, string text, int bytes)
    {
        var box = new byte[Math.Max(BoxHead + text.Length, bytes - mp4.Length)];
        BinaryPrimitives.WriteUInt32BigEndian(box, (uint)box.Length);
        "free"u8.CopyTo(box.AsSpan(4));
        Encoding.ASCII.GetBytes(text, box.AsSpan(BoxHead));
        return [.. mp4, .. box];
    }
}
