namespace EdgeGateway.Evidence;

/// <summary>How far an entry stands without the machine that sealed it.</summary>
public enum TrustState
{
    /// <summary>In the ledger; its time is only as good as the gateway's clock.</summary>
    Sealed,

    /// <summary>An authority vouches that it existed at a time.</summary>
    Timestamped,

    /// <summary>And another party has seen the ledger that holds it.</summary>
    Witnessed,

    /// <summary>It was time-stamped, but the token ended before another renewed it.</summary>
    Lapsed,
}

/// <summary>What is proven of an entry's time by others than the gateway.</summary>
/// <param name="NotBefore">The time of the newest token that stands before it in the ledger: it was sealed later.</param>
/// <param name="NotAfter">The time of the earliest token that holds it: it was sealed earlier.</param>
public sealed record Trust(TrustState State, DateTimeOffset? NotBefore, DateTimeOffset? NotAfter)
{
    /// <param name="before">The newest token that stands in the ledger before the entry.</param>
    /// <param name="holding">The earliest tokens that hold the entry: over the smallest tree, or over it alone.</param>
    /// <param name="isCosigned">Whether a witness cosigned a tree that holds it.</param>
    /// <param name="endOf">Until when a token can be relied upon, renewals counted: <see cref="RenewalChain.EndOf"/>.</param>
    public static Trust Of(Stamp? before, IReadOnlyList<Stamp> holding, bool isCosigned, Func<Stamp, DateTimeOffset> endOf, DateTimeOffset now)
    {
        var standing = holding.Where(stamp => now < stamp.End || now < endOf(stamp)).ToList();
        var lapsed = holding.Count > 0 && standing.Count == 0;
        var state = lapsed ? TrustState.Lapsed
            : isCosigned ? TrustState.Witnessed
            : standing.Count > 0 ? TrustState.Timestamped : TrustState.Sealed;
        return new Trust(state, before?.Time, (lapsed ? holding : standing).Min(stamp => (DateTimeOffset?)stamp.Time));
    }
}

/// <summary>The states' names in lists, filters and schemas.</summary>
public static class TrustStates
{
    public static string Text(TrustState state) => state switch
    {
        TrustState.Sealed => "sealed",
        TrustState.Timestamped => "timestamped",
        TrustState.Witnessed => "witnessed",
        _ => "lapsed",
    };

    public static bool TryParse(string? text, out TrustState state)
    {
        foreach (var known in Enum.GetValues<TrustState>())
        {
            if (Text(known) != text) continue;
            state = known;
            return true;
        }

        state = default;
        return false;
    }
}
