using System.Text.Json.Nodes;

namespace EdgeGateway.Cli;

/// <summary>What is proven of an entry's time, in words, for those who read text.</summary>
static class ProvenTime
{
    public const string Field = "proven";

    public static JsonArray AddTo(JsonArray rows)
    {
        foreach (var row in rows) AddTo(row!.AsObject());
        return rows;
    }

    public static JsonObject AddTo(JsonObject row)
    {
        row[Field] = Of(row["notBefore"]?.GetValue<string>(), row["notAfter"]?.GetValue<string>(), row["trust"]?.GetValue<string>());
        return row;
    }

    static string Of(string? from, string? to, string? trust)
    {
        var time = (from, to) switch
        {
            (null, null) => "nothing but the gateway's clock",
            ({ } a, null) => $"after {a}",
            (null, { } b) => $"before {b}",
            ({ } a, { } b) => $"between {a} and {b}",
        };
        return trust == "lapsed" ? $"{time}, lapsed: the token ended before it was renewed" : time;
    }
}
