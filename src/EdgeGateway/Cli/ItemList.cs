using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeGateway.Custody;
using EdgeGateway.Evidence;
using EdgeGateway.Gateway;
using EdgeGateway.Texts;

namespace EdgeGateway.Cli;

/// <summary>Items as arguments or in a file (CSV, or JSON: an array of objects), as rows for a command.</summary>
static class ItemList
{
    /// <summary>Column names as Chinese spreadsheets have them.</summary>
    static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["序号"] = "index",
        ["案号"] = "case",
        ["档号"] = "archive",
        ["卷号"] = "volume",
        ["页次"] = "page",
        ["承办人"] = "officer",
        ["审核结果"] = "result",
        ["原因"] = "reason",
        ["来源编号"] = "reference",
        ["账本"] = "origin",
        ["叶哈希"] = "leaf",
    };

    /// <summary>A row an index, each with the same values; values that are null are left out.</summary>
    public static JsonArray Of(IEnumerable<string> indices, params (string Name, string? Value)[] values) =>
        [.. IndexRange.Parse(indices).Select(index =>
        {
            var row = new JsonObject { ["index"] = index };
            foreach (var (name, value) in values)
            {
                if (value is not null) row[name] = value;
            }

            return (JsonNode)row;
        })];

    /// <exception cref="GatewayException">Not such a file, or it has columns that are not among <paramref name="columns"/>.</exception>
    public static JsonArray Read(string path, params string[] columns)
    {
        var rows = path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? ReadJson(path) : ReadCsv(path);
        var unknown = rows.SelectMany(row => row!.AsObject().Select(pair => pair.Key)).Distinct().Except(columns).Where(name => name is not ("index" or "line")).ToList();
        return unknown.Count == 0 ? rows : throw Failure.Of("list.columns", path, DisplayText.Of(string.Join(", ", unknown)), string.Join(", ", columns));
    }

    // An empty cell says nothing; it does not take away what is there.
    static JsonArray ReadCsv(string path) => [.. CsvTable.Read(path).Select(row =>
    {
        var json = new JsonObject { ["line"] = row.Line };
        foreach (var (name, value) in row.Values)
        {
            if (value.Length > 0) json[Names.GetValueOrDefault(name, name)] = value;
        }

        return (JsonNode)json;
    })];

    static JsonArray ReadJson(string path)
    {
        if (new FileInfo(path).Length > CsvTable.MaximumBytes) throw Failure.Of("list.large", path, CsvTable.MaximumBytes >> 20);
        try
        {
            var array = JsonNode.Parse(File.ReadAllBytes(path)) as JsonArray;
            if (array?.All(row => row is JsonObject) != true) throw Failure.Of("list.no-array", path);
            for (var i = 0; i < array.Count; i++) array[i]!["line"] = i + 1;
            return array;
        }
        catch (JsonException e)
        {
            throw Failure.Of("list.no-json", path, e.Message);
        }
    }
}
