using System.Text.Json.Nodes;
using EdgeGateway.Cli;
using EdgeGateway.Gateway;
using EdgeGateway.Texts;

namespace EdgeGateway.Tests.Cli;

public sealed class OutputTests : IDisposable
{
    static readonly SiteTime Site = new(TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"));

    public void Dispose() => Language.Choose(Language.English);

    [Fact]
    public void A_table_has_its_headings_and_values_in_the_readers_language_and_the_times_of_the_site()
    {
        Language.Choose(Language.Chinese);

        Assert.Equal("条目号  固化时间                    审核\n4       2026-11-22 22:48:31 +08:00  待审核\n", Table("index", "sealedAt", "review"));
    }

    [Fact]
    public void In_English_names_are_words()
    {
        Language.Choose(Language.English);

        Assert.Equal("index  sealed at                   review\n4      2026-11-22 22:48:31 +08:00  pending\n", Table("index", "sealedAt", "review"));
    }

    [Fact]
    public void What_is_sealed_stands_there_as_it_was_sealed()
    {
        var writer = new StringWriter();

        Output.Fields(writer, Site, new JsonObject { ["leaf"] = new JsonObject { ["at"] = "2026-11-22T14:48:31.329013Z", ["kind"] = "evidence" } });

        Assert.Contains("2026-11-22T14:48:31.329013Z", writer.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_that_no_row_fills_are_left_out() =>
        Assert.Equal(["review"], Output.Filled(new JsonArray(Row()), "case", "review"));

    [Fact]
    public void Without_a_ledger_the_setting_gives_the_zone()
    {
        Assert.Equal("Asia/Shanghai", SiteTime.In("/no/such/data", null).Zone.Id);
        Assert.Equal("Europe/Berlin", SiteTime.In("/no/such/data", "Europe/Berlin").Zone.Id);
    }

    static string Table(params string[] columns)
    {
        var writer = new StringWriter();
        Output.Table(writer, Site, new JsonArray(Row()), columns);
        return writer.ToString();
    }

    static JsonObject Row() => new() { ["index"] = 4, ["sealedAt"] = "2026-11-22T14:48:31.329013Z", ["review"] = "pending" };
}
