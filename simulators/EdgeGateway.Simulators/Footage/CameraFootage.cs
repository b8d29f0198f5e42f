using System.Globalization;
using EdgeGateway.Simulators.Processes;

namespace EdgeGateway.Simulators.Footage;

/// <summary>An H.264 clip of ffmpeg's test picture, and JPEG pictures cut from it. The same bytes each time with the same ffmpeg.</summary>
static class CameraFootage
{
    const int Seconds = 8;
    const int PicturesPerSecond = 2;

    // Without threads and version strings nothing in the files depends on the run.
    static readonly string[] Exact = ["-threads", "1", "-fflags", "+bitexact", "-flags:v", "+bitexact"];

    /// <summary>Makes <c>clip.mp4</c> in the folder and returns it with the pictures of it.</summary>
    /// <exception cref="ProcessFailedException">ffmpeg is missing or failed.</exception>
    public static async Task<Footage> MakeAsync(int width, int height, string folder, CancellationToken cancellationToken)
    {
        var clip = Path.Combine(folder, "clip.mp4");
        var source = string.Create(CultureInfo.InvariantCulture, $"testsrc=size={width}x{height}:rate=10:duration={Seconds}");
        await FfmpegAsync(["-f", "lavfi", "-i", source, "-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", .. Exact, clip], cancellationToken);
        var rate = string.Create(CultureInfo.InvariantCulture, $"fps={PicturesPerSecond}");
        await FfmpegAsync(["-i", clip, "-vf", rate, "-q:v", "4", .. Exact, Path.Combine(folder, "picture-%03d.jpg")], cancellationToken);

        var pictures = new List<byte[]>();
        foreach (var file in Directory.GetFiles(folder, "picture-*.jpg").Order(StringComparer.Ordinal))
        {
            pictures.Add(await File.ReadAllBytesAsync(file, cancellationToken));
        }

        return pictures.Count > 0 ? new Footage(await File.ReadAllBytesAsync(clip, cancellationToken), pictures) : throw new ProcessFailedException("ffmpeg cut no pictures from the clip it had made.");
    }

    /// <param name="Clip">An MP4 file.</param>
    /// <param name="Pictures">JPEG files.</param>
    public sealed record Footage(byte[] Clip, IReadOnlyList<byte[]> Pictures)
    {
        public static readonly Footage None = new([], []);
    }

    static async Task FfmpegAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var result = await ChildProcess.RunAsync(
            "ffmpeg", ["-hide_banner", "-loglevel", "error", "-nostdin", "-y", .. arguments], cancellationToken);
        if (result.ExitCode != 0) throw new ProcessFailedException($"ffmpeg ended with {result.ExitCode}: {result.Error.Trim()}");
    }
}
