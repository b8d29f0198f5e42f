namespace EdgeGateway.Evidence;

/// <summary>A time-stamp token that the ledger holds as an <c>anchor</c>, as far as its life matters.</summary>
/// <param name="Index">The anchor's own place in the ledger.</param>
/// <param name="Size">Entries of the tree that was stamped; 0 for a token over one entry alone, which renews nothing.</param>
/// <param name="Time">The authority's time.</param>
/// <param name="End">From here on the token proves nothing by itself: its certificate or its hash algorithm has ended.</param>
public sealed record Stamp(long Index, long Size, DateTimeOffset Time, DateTimeOffset End);

/// <summary>Tokens over trees that end together, because one certificate signed them all: the first and the last of them.</summary>
public sealed record StampSeries(string By, Stamp First, Stamp Last)
{
    public DateTimeOffset End => First.End;
}

/// <summary>
/// Renewal of time-stamps (RFC 4998 section 5.2) through the Merkle tree: the leaf of an anchor has its token's digest, so a
/// token over a later tree that holds the anchor vouches that the earlier token was there while it could still be relied
/// upon. The chain goes on from token to token as long as each was made before the one before it ended. Pure.
/// </summary>
/// <param name="series">All there are.</param>
/// <param name="firstHolding">The first token of a series over a tree that holds an entry; null if there is none.</param>
public sealed class RenewalChain(IReadOnlyList<StampSeries> series, Func<StampSeries, long, Stamp?> firstHolding)
{
    /// <summary>Until when a token can be relied upon, by itself or through those that renew it.</summary>
    public DateTimeOffset EndOf(Stamp stamp)
    {
        // Going always to the one that ends last misses none: whatever an earlier link could reach, this one can too.
        var link = stamp;
        while (Next(link) is { } next) link = next;
        return link.End;
    }

    Stamp? Next(Stamp link)
    {
        Stamp? best = null;
        foreach (var candidate in series)
        {
            if (candidate.End <= (best ?? link).End || candidate.First.Time >= link.End) continue;
            var first = candidate.First.Size > link.Index ? candidate.First
                : candidate.Last.Size > link.Index ? firstHolding(candidate, link.Index) : null;
            if (first is not null && first.Time < link.End) best = first;
        }

        return best;
    }
}
