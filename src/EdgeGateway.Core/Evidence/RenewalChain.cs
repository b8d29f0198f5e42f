namespace EdgeGateway.Evidence;

/// <summary>A time-stamp token that the ledger holds as an <c>anchor</c>, as far as its life matters.</summary>
/// <param name="Index">The anchor's own place in the ledger.</param>
/// <param name="Size">Entries of the tree that was stamped; 0 for a token over one entry alone, which renews nothing.</param>
/// <param name="Time">The authority's time.</param>
/// <param name="End">From here on the token proves nothing by itself: its certificate or its hash algorithm has ended.</param>
public sealed record Stamp(long Index, long Size, DateTimeOffset Time, DateTimeOffset End)
{
    /// <summary>
    /// The same in a chain of logs whose entries are counted through: entry 0 of a log names the size and root of the log before it, so a tree of
    /// it holds, by one hash more, every entry and anchor of the logs before. A stamp over one entry alone still renews nothing.
    /// </summary>
    /// <param name="before">Entries of the logs before the stamp's own.</param>
    public Stamp Behind(long before) => this with { Index = before + Index, Size = Size == 0 ? 0 : before + Size };
}

/// <summary>Tokens over trees that end together, because one certificate signed them all: the first and the last of them.</summary>
public sealed record StampSeries(string By, Stamp First, Stamp Last)
{
    public DateTimeOffset End => First.End;
}

/// <summary>
/// Renewal of time-stamps (RFC 4998 section 5.2) through the Merkle tree: the leaf of an anchor has its token's digest, so a
/// token over a later tree that holds the anchor vouches that the earlier token was there while it could still be relied
/// upon. The chain goes on from token to token as long as each was made before the one before it ended, and from a log to the
/// one that goes on from it (<see cref="Stamp.Behind"/>). Pure.
/// </summary>
/// <param name="series">All there are.</param>
/// <param name="firstHolding">The first token of a series over a tree that holds an entry; null if there is none.</param>
public sealed class RenewalChain(IReadOnlyList<StampSeries> series, Func<StampSeries, long, Stamp?> firstHolding)
{
    /// <summary>Until when a token can be relied upon, by itself or through those that renew it.</summary>
    public DateTimeOffset EndOf(Stamp stamp)
    {
        // Where each series was entered: the earlier in the ledger, the more can renew it.
        var entered = new Dictionary<StampSeries, Stamp>();
        var links = new Stack<Stamp>([stamp]);
        var end = stamp.End;
        while (links.TryPop(out var link))
        {
            foreach (var candidate in series)
            {
                // One that ends before the link does leads nowhere that the link itself does not.
                if (candidate.End <= link.End || FirstHolding(candidate, link) is not { } first) continue;
                if (entered.TryGetValue(candidate, out var before) && before.Index <= first.Index) continue;
                entered[candidate] = first;
                links.Push(first);
                if (first.End > end) end = first.End;
            }
        }

        return end;
    }

    /// <summary>The first token of a series that renews the link; null if it came too late or there is none.</summary>
    Stamp? FirstHolding(StampSeries candidate, Stamp link)
    {
        if (candidate.First.Time >= link.End) return null;
        var first = candidate.First.Size > link.Index ? candidate.First
            : candidate.Last.Size > link.Index ? firstHolding(candidate, link.Index) : null;
        return first?.Time < link.End ? first : null;
    }
}
