using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeGateway.Simulators.Enrolment;

/// <summary>Device secrets by device id, in a JSON file that only its owner may read.</summary>
static class SecretsFile
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <exception cref="EnrolmentFailedException">The file is no JSON object of strings.</exception>
    public static Dictionary<string, string> Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize(file, SecretsJson.Default.DictionaryStringString) ?? [];
        }
        catch (JsonException)
        {
            throw new EnrolmentFailedException($"{path} is no JSON object of device ids and secrets");
        }
    }

    /// <summary>Replaces the file as a whole.</summary>
    public static void Write(string path, IReadOnlyDictionary<string, string> secrets)
    {
        var temporary = path + ".new";
        File.Delete(temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        using (var file = new FileStream(temporary, options))
        {
            JsonSerializer.Serialize(file, new Dictionary<string, string>(secrets), SecretsJson.Default.DictionaryStringString);
        }

        File.Move(temporary, path, overwrite: true);
    }
}

[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(Dictionary<string, string>))]
sealed partial class SecretsJson : JsonSerializerContext;
