namespace EdgeGateway.Gateway;

/// <summary>The name that a misspelt one was probably meant to be.</summary>
static class NearName
{
    /// <returns>The nearest of the known ones; null where none is near: more than a third of the letters would be others.</returns>
    public static string? Of(string written, IEnumerable<string> known)
    {
        var (nearest, distance) = known.Select(name => (Name: name, Distance: Edits(written.ToUpperInvariant(), name.ToUpperInvariant()))).MinBy(one => one.Distance);
        return nearest is not null && distance <= Math.Max(written.Length, nearest.Length) / 3 ? nearest : null;
    }

    /// <summary>Letters to put in, take out or exchange until one text is the other.</summary>
    static int Edits(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var before = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var exchanged = before + (from[i - 1] == to[j - 1] ? 0 : 1);
                before = row[j];
                row[j] = Math.Min(exchanged, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[^1];
    }
}
