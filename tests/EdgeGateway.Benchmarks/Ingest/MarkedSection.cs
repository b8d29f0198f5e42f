using EdgeGateway.Benchmarks.Load;

namespace EdgeGateway.Benchmarks.Ingest;

/// <summary>A part of a document between <c>&lt;!-- name:begin --&gt;</c> and <c>&lt;!-- name:end --&gt;</c>, which a program writes.</summary>
static class MarkedSection
{
    /// <exception cref="LoadFailedException">The document has no such part.</exception>
    public static void Replace(string path, string name, string content)
    {
        var (begin, end) = ($"<!-- {name}:begin -->", $"<!-- {name}:end -->");
        var text = File.Exists(path) ? File.ReadAllText(path) : throw new LoadFailedException($"{path} is not there: add it, with the lines {begin} and {end}");
        var from = text.IndexOf(begin, StringComparison.Ordinal);
        var to = text.IndexOf(end, StringComparison.Ordinal);
        if (from < 0 || to < from) throw new LoadFailedException($"{path} has no part '{name}': add the lines {begin} and {end}");
        File.WriteAllText(path, $"{text[..(from + begin.Length)]}\n{content.TrimEnd()}\n{text[to..]}");
    }
}
