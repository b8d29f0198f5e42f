using System.Globalization;
using EdgeGateway.Evidence;
using EdgeGateway.Gateway;

namespace EdgeGateway.Custody;

/// <summary>Indices as people write them: <c>17</c>, <c>20-25</c>.</summary>
static class IndexRange
{
    /// <summary>One action makes at most so many entries.</summary>
    public const int Most = 10_000;

    /// <returns>Ascending, each once.</returns>
    /// <exception cref="GatewayException">Not an index or a range, or too many.</exception>
    public static IReadOnlyList<long> Parse(IEnumerable<string> texts)
    {
        var indices = new SortedSet<long>();
        foreach (var text in texts)
        {
            var parts = text.Split('-');
            if (parts.Length > 2 || !TryParse(parts[0], out var first) || !TryParse(parts[^1], out var last) || last < first)
            {
                throw new GatewayException($"'{DisplayText.Of(text)}' is neither an index nor a range of them: write 17 or 20-25.", exitCode: 2);
            }

            if (last - first >= Most) throw TooMany();
            for (var index = first; index <= last; index++) indices.Add(index);
            if (indices.Count > Most) throw TooMany();
        }

        return [.. indices];
    }

    static bool TryParse(string text, out long index) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out index);

    static GatewayException TooMany() => new($"More than {Most} items at once: give fewer.", exitCode: 2);
}
