using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeGateway.Evidence;
using FFMpegCore;

namespace EdgeGateway.Media;

/// <summary>What ffprobe found in a file, read with FFMpegCore.</summary>
/// <param name="Seconds">Null for a picture, and where the file does not say.</param>
/// <param name="Created">As the device wrote it into the file: a claim.</param>
sealed record MediaFacts(string Container, double? Seconds, string? Created, IReadOnlyList<MediaStream> Streams)
{
    const int MaximumStreams = 32;
    const int MaximumText = 64;

    public MediaStream? Video => Streams.FirstOrDefault(stream => stream.Kind == "video");

    /// <returns>Null where it is nothing that can be read.</returns>
    public static MediaFacts? Read(string probed)
    {
        FFProbeAnalysis? found;
        try
        {
            found = JsonSerializer.Deserialize<FFProbeAnalysis>(probed);
        }
        catch (JsonException)
        {
            return null;
        }

        if (found?.Format is not { } format || found.Streams is not { Count: > 0 } streams) return null;
        return new MediaFacts(
            Text(format.FormatName) ?? "", Number(format.Duration), format.Tags?.GetValueOrDefault("creation_time") is { } created ? Text(created) : null,
            [.. streams.Take(MaximumStreams).Select(stream => new MediaStream(
                Text(stream.CodecType) ?? "", Text(stream.CodecName) ?? "", stream.Width is > 0 and var width ? width : null, stream.Height is > 0 and var height ? height : null))]);
    }

    public void Write(JsonObject json)
    {
        json["container"] = Container;
        json["seconds"] = Seconds;
        json["created"] = Created;
        json["streams"] = new JsonArray([.. Streams.Select(stream => (JsonNode)new JsonObject
        {
            ["kind"] = stream.Kind,
            ["codec"] = stream.Codec,
            ["width"] = stream.Width,
            ["height"] = stream.Height,
        })]);
    }

    static string? Text(string? text) => text is null ? null : DisplayText.Of(text, MaximumText);

    static double? Number(string? text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && number >= 0 ? Math.Round(number, 3) : null;
}

/// <param name="Kind"><c>video</c>, <c>audio</c>, …</param>
sealed record MediaStream(string Kind, string Codec, int? Width, int? Height);
