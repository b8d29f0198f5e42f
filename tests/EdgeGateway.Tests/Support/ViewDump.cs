using System.Text.Json;
using EdgeGateway.Storage.Registry;

namespace EdgeGateway.Tests.Support;

/// <summary>All that views hold, as text to compare.</summary>
static class ViewDump
{
    static readonly JsonSerializerOptions Fields = new() { IncludeFields = true };

    /// <summary>Every document of every file in a closed views folder.</summary>
    public static string Of(string directory)
    {
        var lines = new List<string>();
        foreach (var path in Directory.GetFiles(directory, "*.db").Where(path => !path.EndsWith("-log.db", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var file = LiteFile.Open(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            var database = file.Database;
            foreach (var name in database.GetCollectionNames().Order(StringComparer.Ordinal))
            {
                foreach (var document in database.GetCollection(name).FindAll())
                    lines.Add($"{Path.GetFileName(path)} {name} {LiteDB.JsonSerializer.Serialize(document)}");
            }
        }

        return string.Join('\n', lines);
    }

    public static string Of(IEnumerable<EvidenceItem> items, IEnumerable<RegisteredDevice> devices) =>
        System.Text.Json.JsonSerializer.Serialize((items, devices), Fields);
}
