using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeGateway.Evidence;
using EdgeGateway.Gateway;
using EdgeGateway.Texts;

namespace EdgeGateway.Cli;

/// <summary>Shows answers: JSON for scripts, columns or lines for people. What devices wrote passes <see cref="DisplayText"/>.</summary>
static class Output
{
    // Chinese stays readable; what could leave a string is escaped all the same.
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static readonly string[] Sealed = ["leaf.", "private.", "parsed."];

    const int LabelWidth = 28;

    /// <summary>Formatting characters (bidi overrides, zero-width) stand only within strings, where an escape means the same.</summary>
    public static void Json(TextWriter writer, JsonNode node)
    {
        var text = node.ToJsonString(Indented);
        var shown = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            {
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
            else
            {
                shown.Append(c);
            }
        }

        writer.WriteLine(shown);
    }

    /// <summary>JSON for scripts, a sentence for people.</summary>
    public static void Answer(CommandLine options, JsonNode answer, string sentence)
    {
        if (options.Json) Json(Console.Out, answer);
        else Console.Out.WriteLine(string.Join('\n', sentence.Split('\n').Select(line => DisplayText.Of(line, 2000))));
    }

    /// <summary>One row an element, the named fields as columns as wide as they need to be.</summary>
    public static void Table(TextWriter writer, SiteTime site, JsonArray rows, params string[] columns)
    {
        if (rows.Count == 0)
        {
            writer.WriteLine(Said.Of("list.empty"));
            return;
        }

        var cells = rows.Select(row => columns.Select(column => Cell(site, column, row?[column])).ToArray()).Prepend([.. columns.Select(Words.Field)]).ToList();
        var widths = Enumerable.Range(0, columns.Length).Select(i => cells.Max(row => Width(row[i]))).ToArray();
        foreach (var row in cells)
        {
            var line = new StringBuilder();
            for (var i = 0; i < columns.Length; i++)
            {
                line.Append(row[i]);
                if (i < columns.Length - 1) line.Append(' ', widths[i] - Width(row[i]) + 2);
            }

            writer.WriteLine(line.ToString().TrimEnd());
        }
    }

    /// <summary>Those of the columns that some row has a value for.</summary>
    public static string[] Filled(JsonArray rows, params string[] columns) => [.. columns.Where(column => rows.Any(row => row?[column] is not null))];

    /// <summary>A line a field; nested ones with dots between the names.</summary>
    public static void Fields(TextWriter writer, SiteTime site, JsonObject fields, string prefix = "")
    {
        foreach (var (name, value) in fields)
        {
            if (value is JsonObject nested) Fields(writer, site, nested, $"{prefix}{name}.");
            else if (value is JsonArray { Count: > 0 } array && array[0] is JsonObject) WriteElements(writer, site, array, prefix + name);
            else
            {
                // What is sealed stands there as it was sealed.
                var isSealed = Sealed.Any(part => prefix.StartsWith(part, StringComparison.Ordinal));
                var label = isSealed ? prefix + name : Words.Field(prefix + name);
                writer.WriteLine($"{label}{new string(' ', Math.Max(0, LabelWidth - Width(label)))} {(isSealed ? Plain(value, 2000) : Cell(site, name, value, 2000))}");
            }
        }
    }

    static void WriteElements(TextWriter writer, SiteTime site, JsonArray array, string name)
    {
        for (var i = 0; i < array.Count; i++)
        {
            if (array[i] is JsonObject element) Fields(writer, site, element, $"{name}[{i}].");
        }
    }

    static string Cell(SiteTime site, string field, JsonNode? node, int maximum = 100) =>
        node is not JsonValue value ? Plain(node, maximum)
        : value.TryGetValue<string>(out var text) ? DisplayText.Of(site.Show(Words.Value(field, text)), maximum)
        : value.TryGetValue<bool>(out var flag) ? Words.Value("", flag ? "true" : "false")
        : Plain(node, maximum);

    static string Plain(JsonNode? node, int maximum) => node switch
    {
        null => "-",
        JsonValue value when value.TryGetValue<string>(out var text) => DisplayText.Of(text, maximum),
        _ => DisplayText.Of(node.ToJsonString(Compact), maximum),
    };

    /// <summary>Chinese characters take two columns in a terminal.</summary>
    /// <summary>As wide as so many columns of a terminal, where a Chinese character takes two.</summary>
    public static string Padded(string text, int width) => text + new string(' ', Math.Max(0, width - Width(text)));

    static int Width(string text) => text.EnumerateRunes().Sum(rune => rune.Value is (>= 0x2e80 and < 0xff61) or (>= 0x20000 and < 0x40000) ? 2 : 1);
}
