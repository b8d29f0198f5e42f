using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EdgeGateway.Evidence;
using EdgeGateway.Ledger;

namespace EdgeGateway.Media;

/// <summary>Looks into one file that a device sent, and makes a poster frame and, where a browser does not play it, a preview.</summary>
sealed class MediaExaminer(MediaTool tool, MediaOptions options, TimeProvider time)
{
    const int MaximumReason = 300;
    const long MaximumPosterBytes = 4 << 20;
    const long MaximumPreviewBytes = 2L << 30;

    static readonly TimeSpan Short = TimeSpan.FromSeconds(20);
    static readonly TimeSpan SignalTime = TimeSpan.FromMinutes(3);
    static readonly string[] Plays = ["h264", "vp8", "vp9", "av1"];

    /// <summary>What is said of a file that could not be looked into.</summary>
    public static JsonObject Failed(Hash original, DateTimeOffset at, string reason) => new()
    {
        ["sha256"] = original.ToString(),
        ["examinedAt"] = LedgerTime.Format(at),
        ["tool"] = "",
        ["error"] = Reason(reason),
    };

    /// <param name="path">The original, which is only read.</param>
    /// <param name="work">An empty folder; on return what was made lies there.</param>
    /// <returns>What is to be said of it: what was found, or why nothing was.</returns>
    public async Task<JsonObject> ExamineAsync(string path, Hash original, string work, CancellationToken cancellationToken)
    {
        var json = new JsonObject { ["sha256"] = original.ToString(), ["examinedAt"] = LedgerTime.Format(time.GetUtcNow()), ["tool"] = await VersionAsync(path, work, cancellationToken) };
        if (MediaForm.Of(await HeadAsync(path, cancellationToken)) is not { } form)
        {
            json["error"] = "It does not begin as any media that is looked into.";
            return json;
        }

        string[] input = ["-v", "error", "-protocol_whitelist", "file", "-f", form];
        var (probed, errors) = await tool.RunAsync("ffprobe", [.. input, "-print_format", "json", "-show_format", "-show_streams", "/in"], path, work, 0, Short, cancellationToken);
        if (probed is null || MediaFacts.Read(probed) is not { } facts)
        {
            json["error"] = Reason(errors);
            return json;
        }

        facts.Write(json);
        if (facts.Video is not { } video) return json;
        string[] decoded = [.. input, "-max_pixels", MediaTool.MaximumPixels, "-i", "/in"];
        var poster = await tool.RunAsync(
            "ffmpeg", ["-nostdin", .. decoded, "-frames:v", "1", "-an", "-vf", "scale='min(640,iw)':-2", "-q:v", "4", "-f", "image2", MediaFolder.Poster], path, work, MaximumPosterBytes, Short, cancellationToken);
        Add(json, "poster", work, MediaFolder.Poster, poster.Output is null ? poster.Errors : null);
        if (poster.Output is null || form.EndsWith("_pipe", StringComparison.Ordinal)) return json;

        var looked = await tool.RunAsync(
            "ffmpeg", ["-nostdin", "-hide_banner", "-nostats", .. decoded.Select(word => word == "error" ? "info" : word), "-t", $"{MediaSignals.MaximumSeconds}", "-an", "-vf", MediaSignals.Filter, "-f", "null", "-"],
            path, work, 0, SignalTime, cancellationToken);
        if (looked.Output is not null) json["signals"] = MediaSignals.Read(looked.Errors, facts.Seconds).ToJson();
        if (options.Preview) await PreviewAsync(json, video, form, decoded, path, work, cancellationToken);
        return json;
    }

    async Task PreviewAsync(JsonObject json, MediaStream video, string form, string[] decoded, string path, string work, CancellationToken cancellationToken)
    {
        var plays = Plays.Contains(video.Codec);
        if (plays && form is "mov" or "matroska" && (form == "mov" || video.Codec != "h264")) return;

        // H.264 in another container only needs the container.
        var copies = video.Codec == "h264";
        string[] made = copies
            ? ["-c:v", "copy", "-c:a", "aac", "-b:a", "96k"]
            : ["-vf", "scale='min(1280,iw)':'min(720,ih)':force_original_aspect_ratio=decrease:force_divisible_by=2", "-c:v", "libx264", "-preset", "veryfast", "-crf", "28", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "96k"];
        var (output, errors) = await tool.RunAsync(
            "ffmpeg", ["-nostdin", .. decoded, "-map", "0:v:0", "-map", "0:a:0?", "-map_metadata", "-1", .. made, "-threads", "1", "-movflags", "+faststart", "-f", "mp4", MediaFolder.Preview],
            path, work, MaximumPreviewBytes, options.PreviewTime, cancellationToken);
        Add(json, "preview", work, MediaFolder.Preview, output is null ? errors : null);
        if (json["preview"] is JsonObject preview && preview["file"] is not null) preview["video"] = copies ? "copied" : "h264";
    }

    static void Add(JsonObject json, string name, string work, string file, string? failed)
    {
        var path = Path.Combine(work, file);
        if (failed is not null || !File.Exists(path))
        {
            File.Delete(path);
            json[name] = new JsonObject { ["error"] = Reason(failed ?? "") };
            return;
        }

        using var made = File.OpenRead(path);
        json[name] = new JsonObject { ["file"] = file, ["size"] = made.Length, ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(made)) };
    }

    async Task<string> VersionAsync(string path, string work, CancellationToken cancellationToken)
    {
        var (output, errors) = await tool.RunAsync("ffmpeg", ["-version"], path, work, 0, Short, cancellationToken);
        return DisplayText.Of((output ?? errors).Split('\n')[0], 80);
    }

    static async Task<byte[]> HeadAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        var head = new byte[MediaForm.HeadBytes];
        return head[..await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken)];
    }

    static string Reason(string errors) => DisplayText.Of(errors.Trim() is { Length: > 0 } said ? said : "It could not be read.", MaximumReason);
}
