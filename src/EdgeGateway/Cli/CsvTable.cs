using System.Text;
using EdgeGateway.Gateway;
using EdgeGateway.Texts;

namespace EdgeGateway.Cli;

/// <summary>
/// A small CSV file (RFC 4180) with a line of names first, as spreadsheets write it: UTF-8 with or without a byte order mark, or
/// GB 18030 (GBK), which is what they write in China.
/// </summary>
static class CsvTable
{
    public const int MaximumBytes = 8 << 20;

    /// <returns>The rows that are not empty, each with its line in the file and its values by the name of their column.</returns>
    /// <exception cref="GatewayException">Not such a file; names the line.</exception>
    public static IReadOnlyList<(int Line, IReadOnlyDictionary<string, string> Values)> Read(string path)
    {
        if (new FileInfo(path) is { Exists: true, Length: > MaximumBytes }) throw Failure.Of("list.large", path, MaximumBytes >> 20);
        var records = Split(path, Decode(File.ReadAllBytes(path)));
        if (records.Count == 0) throw Failure.Of("list.no-columns", path);
        var names = records[0].Fields.ConvertAll(name => name.Trim());
        var rows = new List<(int, IReadOnlyDictionary<string, string>)>();
        foreach (var (line, fields) in records.Skip(1))
        {
            if (fields.TrueForAll(string.IsNullOrWhiteSpace)) continue;
            if (fields.Count > names.Count) throw Failure.Of("list.values", path, line, fields.Count, names.Count);
            var values = new Dictionary<string, string>(StringComparer.Ordinal);
            for (var i = 0; i < fields.Count; i++) values[names[i]] = fields[i].Trim();
            rows.Add((line, values));
        }

        return rows;
    }

    static string Decode(byte[] bytes)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            return CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!.GetString(bytes);
        }
    }

    static List<(int Line, List<string> Fields)> Split(string path, string text)
    {
        var records = new List<(int, List<string>)>();
        var fields = new List<string>();
        var field = new StringBuilder();
        var (line, first, quoted) = (1, 1, false);
        for (var at = 0; at < text.Length; at++)
        {
            var c = text[at];
            if (c == '\n') line++;
            if (quoted && c == '"' && at + 1 < text.Length && text[at + 1] == '"') field.Append(text[++at]);
            else if (c == '"' && (quoted || field.Length == 0)) quoted = !quoted;
            else if (quoted) field.Append(c);
            else if (c == ',') Next();
            else if (c == '\n') End();
            else if (c != '\r') field.Append(c);
        }

        if (quoted) throw Failure.Of("list.quotation", path, first);
        if (field.Length > 0 || fields.Count > 0) End();
        return records;

        void Next()
        {
            fields.Add(field.ToString());
            field.Clear();
        }

        void End()
        {
            Next();
            records.Add((first, fields));
            fields = [];
            first = line;
        }
    }
}
