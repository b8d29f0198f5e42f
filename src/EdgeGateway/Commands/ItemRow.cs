using System.Globalization;
using System.Text.Json.Nodes;
using EdgeGateway.Custody;
using EdgeGateway.Evidence;
using EdgeGateway.Gateway;
using EdgeGateway.Texts;

namespace EdgeGateway.Commands;

/// <summary>One item of a list that a person or another system gave.</summary>
/// <param name="Line">Of the file it came from; null where there is none.</param>
sealed record ItemRow(long? Line, long Index, JsonObject Values)
{
    /// <summary>The log that the row names for itself.</summary>
    public string? Origin => Values.Text("origin");
}

/// <summary>Reads the <c>rows</c> of a command, and gathers what is wrong with them, so that all of it is told at once.</summary>
sealed class RowErrors(JsonObject arguments)
{
    const int MostShown = 100;

    readonly List<string> _errors = [];

    /// <summary>Rows with an index, each index of a log once.</summary>
    /// <exception cref="GatewayException">There are none, or too many.</exception>
    public IReadOnlyList<ItemRow> Read()
    {
        var given = arguments["rows"] as JsonArray ?? throw Failure.Usage("usage.required", "INDEX");
        if (given.Count is 0 or > IndexRange.Most) throw Failure.Usage("row.count", given.Count, IndexRange.Most);
        var rows = new List<ItemRow>(given.Count);
        var seen = new HashSet<(string?, long)>();
        foreach (var node in given)
        {
            if (node is not JsonObject values) throw Failure.Usage("row.no-object");
            var row = new ItemRow(values.Number("line"), IndexOf(values) ?? -1, values);
            if (row.Index < 0) Add(row, Said.Of("row.no-index", DisplayText.Of(values["index"]?.ToString() ?? "")));
            else if (!seen.Add((row.Origin, row.Index))) Add(row, Said.Of("row.twice", row.Index));
            else rows.Add(row);
        }

        return rows;
    }

    public void Add(ItemRow row, string error) => _errors.Add(row.Line is { } line ? Said.Of("row.line", line, error) : error);

    /// <exception cref="GatewayException">Has every error, a line each.</exception>
    public void ThrowIfAny()
    {
        if (_errors.Count == 0) return;
        var more = _errors.Count > MostShown ? $"\n{Said.Of("row.more", _errors.Count - MostShown)}" : "";
        throw Failure.Of("row.errors", _errors.Count, string.Join('\n', _errors.Take(MostShown)) + more);
    }

    static long? IndexOf(JsonObject values) => values.Number("index")
        ?? (long.TryParse(values.Text("index"), NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null);
}
