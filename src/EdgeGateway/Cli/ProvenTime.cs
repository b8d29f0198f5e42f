using System.Text.Json.Nodes;
using EdgeGateway.Gateway;
using EdgeGateway.Texts;

namespace EdgeGateway.Cli;

/// <summary>What is proven of an entry's time, in words, for those who read text.</summary>
static class ProvenTime
{
    public const string Field = "proven";

    public static JsonArray AddTo(JsonArray rows, SiteTime site)
    {
        foreach (var row in rows) AddTo(row!.AsObject(), site);
        return rows;
    }

    public static JsonObject AddTo(JsonObject row, SiteTime site)
    {
        row[Field] = Of(row["notBefore"]?.GetValue<string>(), row["notAfter"]?.GetValue<string>(), row["trust"]?.GetValue<string>(), site);
        return row;
    }

    static string Of(string? from, string? to, string? trust, SiteTime site)
    {
        var time = (from, to) switch
        {
            (null, null) => Said.Of("proven.nothing"),
            ({ } a, null) => Said.Of("proven.after", site.Show(a)),
            (null, { } b) => Said.Of("proven.before", site.Show(b)),
            ({ } a, { } b) => Said.Of("proven.between", site.Show(a), site.Show(b)),
        };
        return trust == "lapsed" ? Said.Of("proven.lapsed", time) : time;
    }
}
