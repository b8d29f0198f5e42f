using System.Globalization;
using System.Net;
using System.Text;
using EdgeGateway.Evidence;
using EdgeGateway.Texts;

namespace EdgeGateway.Export;

/// <summary>
/// The list of electronic data 电子数据清单 (法发〔2016〕22号 art. 14) as CSV for a spreadsheet, as text, and as a page to
/// print. Chinese, with English beneath each heading.
/// </summary>
sealed class EvidenceList(ExportHead head, ExportTerms terms, IReadOnlyList<ExportedItem> items)
{
    static readonly string[] Columns =
        ["number", "index", "category", "file", "format", "size", "sha256", "sm3", "created", "extracted", "by", "review", "trust"];

    readonly TextTable _chinese = TextTable.Of("Export", Language.Chinese);
    readonly TextTable _english = TextTable.Of("Export", Language.English);
    readonly TimeZoneInfo _zone = head.Zone;

    /// <summary>RFC 4180 with a byte order mark, without which a spreadsheet takes Chinese for something else.</summary>
    public string Csv()
    {
        var csv = new StringBuilder("\uFEFF");
        Row(Columns.Select(column => _chinese[$"column.{column}"]));
        Row(Columns.Select(column => _english[$"column.{column}"]));
        foreach (var (number, item) in Numbered()) Row(Cells(number, item, _chinese));
        if (Warnings() is { Count: > 0 } warnings) Row(warnings);
        return csv.ToString();

        void Row(IEnumerable<string> cells) => csv.AppendJoin(',', cells.Select(Quoted)).Append("\r\n");
    }

    public string PlainText()
    {
        var text = new StringBuilder();
        Head(line => text.Append(line).Append('\n'));
        foreach (var (number, item) in Numbered())
        {
            text.Append('\n');
            foreach (var (column, cell) in Columns.Zip(Cells(number, item, _chinese)))
            {
                text.Append($"{_chinese[$"column.{column}"]} {_english[$"column.{column}"]}: {cell}\n");
            }

            if (item.Review != ReviewState.Passed) text.Append($"  {ItemTexts.Review(item, _english)}\n");
        }

        foreach (var line in Warnings()) text.Append('\n').Append(line);
        return text.Append('\n').ToString();
    }

    /// <summary>No script, nothing from elsewhere. Head and warning stand in the table's head, which is printed on every page.</summary>
    public string Html()
    {
        var html = new StringBuilder(
            "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">"
            + "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
            + $"<title>{_chinese["list.title"]}</title><style>body{{font:10pt sans-serif}}table{{border-collapse:collapse;width:100%}}"
            + "th,td{border:1px solid #000;padding:2px 4px;vertical-align:top}thead{display:table-header-group}"

            // Digests alone may break anywhere.
            + "td:nth-child(7),td:nth-child(8){overflow-wrap:anywhere;font-family:monospace}td{overflow-wrap:break-word}"
            + "tr{break-inside:avoid}.head{border:0;text-align:left;font-weight:normal}.title{font-size:16pt;font-weight:bold;text-align:center}.warning{font-weight:bold}"
            + "@page{size:A4 landscape;margin:12mm}</style></head><body><table><thead>\n");
        html.Append($"<tr><th class=\"head\" colspan=\"{Columns.Length}\">");
        Head(line => html.Append($"<div{Class(line)}>{WebUtility.HtmlEncode(line)}</div>"));
        html.Append("</th></tr>\n<tr>");
        foreach (var column in Columns) html.Append($"<th>{_chinese[$"column.{column}"]}<br>{_english[$"column.{column}"]}</th>");
        html.Append("</tr></thead><tbody>\n");
        foreach (var (number, item) in Numbered())
        {
            html.Append("<tr>");
            foreach (var cell in Cells(number, item, _chinese)) html.Append($"<td>{WebUtility.HtmlEncode(cell)}</td>");
            html.Append("</tr>\n");
        }

        return html.Append("</tbody></table></body></html>\n").ToString();
    }

    string Class(string line) => Warnings().Contains(line) ? " class=\"warning\"" : line == _chinese["list.title"] ? " class=\"title\"" : "";

    void Head(Action<string> line)
    {
        foreach (var texts in (TextTable[])[_chinese, _english])
        {
            line(texts["list.title"]);
            line(texts.Format("list.head", head.Origin, DisplayText.Of(terms.Case, 500), DisplayText.Of(terms.Reason, 500), DisplayText.Of(terms.By, 500)));
        }

        foreach (var warning in Warnings()) line(warning);
    }

    List<string> Warnings() =>
        [.. new[] { ItemTexts.Warning(items, _chinese), ItemTexts.Warning(items, _english) }.Where(line => line is not null).Select(line => line!)];

    IEnumerable<string> Cells(int number, ExportedItem item, TextTable texts) =>
    [
        number.ToString(CultureInfo.InvariantCulture),
        item.Index.ToString(CultureInfo.InvariantCulture),
        ItemTexts.Category(item, texts),
        ItemTexts.File(item, texts),
        item.MediaType,
        item.Size.ToString(CultureInfo.InvariantCulture),
        ItemTexts.Sha256(item, texts),
        ItemTexts.Sm3(item, texts),
        ItemTexts.Created(item, texts, _zone),
        ItemTexts.Local(terms.At, _zone),
        DisplayText.Of(terms.By, 500),
        ItemTexts.Review(item, texts),
        ItemTexts.Trust(item, texts, _zone),
    ];

    IEnumerable<(int Number, ExportedItem Item)> Numbered() => items.Select((item, i) => (i + 1, item));

    /// <summary>Always in quotes; a cell that a spreadsheet would take for a formula begins with an apostrophe.</summary>
    static string Quoted(string cell)
    {
        if (cell.Length > 0 && "=+-@\t\r".Contains(cell[0], StringComparison.Ordinal)) cell = "'" + cell;
        return $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
