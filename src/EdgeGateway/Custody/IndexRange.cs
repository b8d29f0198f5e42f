using System.Globalization;
using EdgeGateway.Gateway;
using EdgeGateway.Texts;

namespace EdgeGateway.Custody;

/// <summary>Indices as people write them: <c>17</c>, <c>20-25</c>.</summary>
static class IndexRange
{
    /// <summary>One action makes at most so many entries.</summary>
    public const int Most = 10_000;

    /// <returns>Ascending, each once.</returns>
    /// <exception cref="GatewayException">Not an index or a range, or too many.</exception>
    public static IReadOnlyList<long> Parse(IEnumerable<string> texts, int most = Most)
    {
        var indices = new SortedSet<long>();
        foreach (var text in texts)
        {
            if (!TryParse(text, out var first, out var last)) throw Failure.Usage("usage.value", "INDEX", Evidence.DisplayText.Of(text), Said.Of("usage.index"));
            if (last - first >= most) throw Failure.Usage("usage.many", text, most);
            for (var index = first; index <= last; index++) indices.Add(index);
            if (indices.Count > most) throw Failure.Usage("usage.many", text, most);
        }

        return [.. indices];
    }

    public static bool TryParse(string text, out long first, out long last)
    {
        last = 0;
        var parts = text.Split('-');
        return TryParse(parts[0], out first) && TryParse(parts[^1], out last) && parts.Length <= 2 && last >= first;
    }

    static bool TryParse(string text, out long index) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out index);
}
