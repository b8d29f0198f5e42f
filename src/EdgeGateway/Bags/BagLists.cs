using System.Net;
using System.Text;
using EdgeGateway.Export;
using EdgeGateway.Texts;

namespace EdgeGateway.Bags;

/// <summary>
/// The lists and the guide of a bag against its entries: what people read and print must say the same. Read strictly in the
/// form that an export writes, so that nothing stands beside it.
/// </summary>
sealed class BagLists(BagFolder bag, BagSteps steps)
{
    const int MaximumBytes = 64 << 20;
    const int ColumnCount = 13;

    // In Chinese, whatever the answer's language: the lists are.
    readonly TextTable _chinese = TextTable.Of("Export", Language.Chinese);

    /// <summary>Step "list", one for each of the three, and for the guide.</summary>
    public void Check(IReadOnlyList<ListedItem> items)
    {
        CheckList("data/list.csv", items, CsvRows);
        CheckList("data/list.txt", items, TextRows);
        CheckList("data/list.html", items, HtmlRows);
        steps.Take("guide", BagPath.Guide, () => CheckGuide(items));
    }

    void CheckList(string file, IReadOnlyList<ListedItem> items, Func<string, IReadOnlyList<string[]>?> read) => steps.Take("list", file, () =>
    {
        var text = Text(file);
        if (read(text) is not { } rows || rows.Count != items.Count) throw new BagRefusedException("refused.list-form", file);
        foreach (var (row, item) in rows.Zip(items))
        {
            if (item.Differs(row) is { } cell) throw new BagRefusedException("refused.list", file, item.Index, row.ElementAtOrDefault(cell) ?? "");
        }

        CheckMarks(file, text, items);
    });

    /// <summary>行政处罚法 art. 41: on every page and list.</summary>
    void CheckMarks(string file, string text, IReadOnlyList<ListedItem> items)
    {
        foreach (var (state, key) in ((ReviewState, string)[])[(ReviewState.None, "warning.unreviewed"), (ReviewState.Failed, "warning.failed")])
        {
            var indices = string.Join(", ", items.Where(item => item.Review == state).Select(item => item.Index));
            if (indices.Length > 0 && !text.Contains(_chinese.Format(key, indices), StringComparison.Ordinal)) throw new BagRefusedException("refused.unmarked", file);
        }
    }

    void CheckGuide(IReadOnlyList<ListedItem> items)
    {
        var guide = Text(BagPath.Guide);
        CheckMarks(BagPath.Guide, guide, items);
        var commands = guide.Split('\n').Where(line => line.StartsWith(VerifyGuide.CommandMargin, StringComparison.Ordinal)).Select(line => line[VerifyGuide.CommandMargin.Length..]).ToList();
        if (!commands.Take(VerifyCommands.Functions.Count).SequenceEqual(VerifyCommands.Functions)) throw new BagRefusedException("refused.guide", BagPath.Guide);

        // Of every item the leaf's way to the root, hash by hash, and its file.
        foreach (var item in items)
        {
            var start = commands.IndexOf($"h=$(leaf {item.Folder}/leaf.json)");
            var path = start < 0 ? [] : commands.Skip(start + 1).TakeWhile(command => command.StartsWith("h=$(node ", StringComparison.Ordinal)).ToList();
            if (start < 0 || path.Count != item.Path.Count || path.Zip(item.Path).Any(pair => !pair.First.Contains($"'{pair.Second}'", StringComparison.Ordinal))
                || item.File is { } file && !commands.Exists(command => command.Contains($"$(sha256sum < {file}", StringComparison.Ordinal)))
            {
                throw new BagRefusedException("refused.guide", item.Folder);
            }
        }

        var script = Text(BagPath.Script);
        var at = 0;
        foreach (var command in commands)
        {
            at = script.IndexOf(command, at, StringComparison.Ordinal);
            if (at < 0) throw new BagRefusedException("refused.guide", BagPath.Script);
            at += command.Length;
        }
    }

    string Text(string file) => Encoding.UTF8.GetString(bag.Read(file, MaximumBytes));

    /// <summary>Two rows of headings, the items, and a row with the warnings where there are some.</summary>
    static List<string[]>? CsvRows(string text)
    {
        var lines = text.Split("\r\n");
        if (lines[^1].Length > 0) return null;
        var rows = new List<string[]>();
        foreach (var line in lines[..^1].Skip(2))
        {
            if (CellsOf(line) is not { } cells) return null;
            if (cells.Count == ColumnCount) rows.Add([.. cells]);
            else if (cells.Count > 2) return null;
        }

        return rows;
    }

    /// <summary>RFC 4180 section 2, every cell in quotes as the export writes them.</summary>
    static List<string>? CellsOf(string line)
    {
        var cells = new List<string>();
        for (var at = 0; ;)
        {
            if (at >= line.Length || line[at] != '"') return null;
            var cell = new StringBuilder();
            for (at++; at < line.Length && (line[at] != '"' || at + 1 < line.Length && line[at + 1] == '"'); at++)
            {
                if (line[at] == '"') at++;
                cell.Append(line[at]);
            }

            if (at++ >= line.Length) return null;
            cells.Add(cell.ToString());
            if (at == line.Length) return cells;
            if (line[at++] != ',') return null;
        }
    }

    /// <summary>A block of an item begins with its number; a line of each column.</summary>
    List<string[]>? TextRows(string text)
    {
        var rows = new List<string[]>();
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith(_chinese["column.number"] + " ", StringComparison.Ordinal)) continue;
            if (i + ColumnCount > lines.Length) return null;
            rows.Add([.. lines[i..(i + ColumnCount)].Select(line => line[(line.IndexOf(": ", StringComparison.Ordinal) is var colon and >= 0 ? colon + 2 : 0)..])]);
        }

        return rows;
    }

    /// <summary>One table, and behind its head nothing but rows of cells.</summary>
    static List<string[]>? HtmlRows(string text)
    {
        const string Body = "<tbody>\n";
        const string End = "</tbody></table></body></html>\n";
        var start = text.IndexOf(Body, StringComparison.Ordinal);
        if (start < 0 || !text.EndsWith(End, StringComparison.Ordinal) || text.Split("<table").Length != 2 || text.Contains("<script", StringComparison.OrdinalIgnoreCase)) return null;
        var rows = new List<string[]>();
        foreach (var line in text[(start + Body.Length)..^End.Length].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!line.StartsWith("<tr><td>", StringComparison.Ordinal) || !line.EndsWith("</td></tr>", StringComparison.Ordinal)) return null;
            var cells = line["<tr><td>".Length..^"</td></tr>".Length].Split("</td><td>");
            if (cells.Length != ColumnCount || cells.Any(cell => cell.Contains('<'))) return null;
            rows.Add([.. cells.Select(cell => WebUtility.HtmlDecode(cell))]);
        }

        return rows;
    }
}
