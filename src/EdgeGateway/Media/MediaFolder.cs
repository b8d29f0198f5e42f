using System.Text.Json.Nodes;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Files;

namespace EdgeGateway.Media;

/// <summary>What was made of media, by the original's SHA-256 and apart from the originals: <c>derived/ab/&lt;hex&gt;</c>. It can be made again, and is no evidence.</summary>
static class MediaFolder
{
    public const string Facts = "media.json";
    public const string Poster = "poster.jpg";
    public const string Preview = "preview.mp4";

    const int MaximumFactsBytes = 64 * 1024;
    const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    public static string Root(string data) => Path.Combine(data, "derived");

    public static string Of(string data, in Hash original)
    {
        var hex = original.ToString();
        return Path.Combine(Root(data), hex[..2], hex);
    }

    public static bool IsKnown(string data, in Hash original) => File.Exists(Path.Combine(Of(data, original), Facts));

    /// <summary>A folder to work in, which becomes the media's by <see cref="Keep"/>.</summary>
    public static string Begin(string data)
    {
        var work = Path.Combine(Root(data), "work");
        if (Directory.Exists(work)) Directory.Delete(work, recursive: true);
        DurableDirectory.Create(work);
        return work;
    }

    public static void Keep(string data, in Hash original, string work, JsonObject facts)
    {
        AtomicFile.Write(Path.Combine(work, Facts), System.Text.Encoding.UTF8.GetBytes(facts.ToJsonString()), Mode);
        var folder = Of(data, original);
        Remove(data, original);
        DurableDirectory.Create(Path.GetDirectoryName(folder)!);
        Directory.Move(work, folder);
    }

    /// <returns>Null where nothing is known, or what is there can't be read: it is made again.</returns>
    public static JsonObject? Read(string data, in Hash original)
    {
        var file = new FileInfo(Path.Combine(Of(data, original), Facts));
        if (!file.Exists || file.Length > MaximumFactsBytes) return null;
        try
        {
            return JsonNode.Parse(File.ReadAllBytes(file.FullName)) as JsonObject;
        }
        catch (Exception e) when (e is IOException or System.Text.Json.JsonException)
        {
            return null;
        }
    }

    /// <summary>With the original goes what was made of it.</summary>
    public static void Remove(string data, in Hash original)
    {
        var folder = Of(data, original);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }
}
