using System.Text;
using EdgeGateway.Cli;
using EdgeGateway.Gateway;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Cli;

public sealed class CsvTableTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Quotes_commas_and_line_ends_within_values_are_read_as_RFC_4180_has_them()
    {
        var rows = Read(Encoding.UTF8.GetBytes("\uFEFFindex,reason\r\n1,\"a, \"\"b\"\"\nc\"\r\n\r\n2,d"));

        Assert.Equal([2, 5], rows.Select(row => row.Line));
        Assert.Equal("a, \"b\"\nc", rows[0].Values["reason"]);
        Assert.Equal("d", rows[1].Values["reason"]);
    }

    [Fact]
    public void What_a_Chinese_spreadsheet_writes_is_read()
    {
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding("GBK")!;

        var rows = Read(encoding.GetBytes("序号,案号\r\n17,粤罚〔2026〕77号\r\n"));

        Assert.Equal("粤罚〔2026〕77号", Assert.Single(rows).Values["案号"]);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("a,b\n1,\"2", "line 2")]
    [InlineData("a,b\n1,2\n1,2,3", "line 3")]
    public void What_is_no_table_is_refused(string text, string where) =>
        Assert.Contains(where, Assert.Throws<GatewayException>(() => Read(Encoding.UTF8.GetBytes(text))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_list_has_no_columns_that_mean_nothing()
    {
        File.WriteAllText(_folder["l.csv"], "序号,案号,颜色\n1,2,3\n");

        Assert.Contains("颜色", Assert.Throws<GatewayException>(() => ItemList.Read(_folder["l.csv"], "case")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ranges_are_indices_in_order()
    {
        Assert.Equal([3, 10, 11, 12], ItemList.Of(["10-12", "3", "11"]).Select(row => row!["index"]!.GetValue<long>()));
        foreach (var wrong in (string[])["x", "5-3", "1-2-3", "-4", "0-10000", ""]) Assert.Throws<GatewayException>(() => ItemList.Of([wrong]));
    }

    IReadOnlyList<(int Line, IReadOnlyDictionary<string, string> Values)> Read(byte[] bytes)
    {
        File.WriteAllBytes(_folder["t.csv"], bytes);
        return CsvTable.Read(_folder["t.csv"]);
    }
}
