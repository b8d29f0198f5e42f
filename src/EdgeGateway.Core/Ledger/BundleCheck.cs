namespace EdgeGateway.Ledger;

/// <summary>
/// What one entry bundle and its tile of level 0 were found to be. Decides nothing by itself: only
/// <see cref="LogVerifier.Conclude"/> knows whether the checkpoint binds the tile.
/// </summary>
public sealed record BundleCheck
{
    internal const int NoDifference = -1;

    internal BundleCheck(TilePath bundle, TilePath tile)
    {
        Bundle = bundle;
        Tile = tile;
    }

    /// <summary>The bundle's number.</summary>
    public long Number => Bundle.Number;

    /// <summary>The name that the entries were found by, or looked for.</summary>
    internal TilePath Bundle { get; }

    /// <summary>The name that their hashes were found by, or looked for.</summary>
    internal TilePath Tile { get; }

    /// <summary>The root over the entries of a full bundle; null where they can't all be read.</summary>
    internal Hash? EntriesRoot { get; init; }

    /// <summary>The leaf hashes of a partial bundle; null where they can't all be read.</summary>
    internal Hash[]? PartialLeaves { get; init; }

    /// <summary>The root of the full tile as it is stored; null where it can't be had, or where the tile is partial.</summary>
    internal Hash? StoredRoot { get; init; }

    /// <summary>Position in the bundle of the first entry whose hash is not the tile's.</summary>
    internal int FirstDifference { get; init; } = NoDifference;

    /// <summary>The bundle is missing, or its entries can't be read.</summary>
    internal LogFault? BundleFault { get; init; }

    /// <summary>The tile is missing or has the wrong length.</summary>
    internal LogFault? TileFault { get; init; }

    /// <summary>What the visitor objected to.</summary>
    internal LogFault? Objection { get; init; }

    internal long FirstEntry => Bundle.FirstEntry;

    /// <summary>The fault with the lowest entry among these; an earlier one before a later one of the same entry.</summary>
    internal static LogFault? Lowest(params ReadOnlySpan<LogFault?> faults)
    {
        var lowest = (LogFault?)null;
        foreach (var fault in faults)
        {
            if (fault is not null && (lowest is null || fault.EntryIndex < lowest.EntryIndex)) lowest = fault;
        }

        return lowest;
    }
}
