using EdgeGateway.Evidence;
using EdgeGateway.Storage.Registry;

namespace EdgeGateway.Timestamps;

/// <summary>A log's views, and how many entries the logs before it have, from the one on that is asked about.</summary>
readonly record struct ChainedViews(LedgerViews Views, long Before);

/// <summary>
/// What is proven of entries' times, from the anchors in the views as they are now. Made for one question (a list, an
/// entry): neighbours share their anchors, so asking in the order of the ledger is cheap. One thread at a time.
/// </summary>
sealed class TrustLookup
{
    /// <summary>Tokens over the same tree that are looked at: as many as authorities may be set.</summary>
    const int SameTree = 16;

    readonly LedgerViews _views;
    readonly IReadOnlyList<ChainedViews> _later;
    readonly Lazy<AnchorItem?> _beforeAll;
    readonly TimestampOptions _options;
    readonly DateTimeOffset _now;
    readonly RenewalChain _chain;
    readonly Dictionary<Stamp, DateTimeOffset> _ends = [];
    IReadOnlyList<Stamp> _holding = [];
    (long From, long Below) _holdingFor;
    AnchorItem? _before;
    (long From, long Below) _beforeFor;
    readonly long _cosigned;

    /// <param name="later">The logs that go on from this one, in order.</param>
    /// <param name="beforeAll">The newest token of the logs before it; asked for once, where it is needed.</param>
    public TrustLookup(
        LedgerViews views, IReadOnlyList<ChainedViews> later, Func<AnchorItem?> beforeAll, TimestampOptions options, DateTimeOffset now)
    {
        _views = views;
        _later = later;
        _beforeAll = new Lazy<AnchorItem?>(beforeAll);
        _options = options;
        _now = now;

        // A tree that holds an entry holds all before it, and one of a later log all of this one.
        _cosigned = later.Any(log => log.Views.NewestCosignature() is not null) ? long.MaxValue : views.NewestCosignature()?.Size ?? 0;
        var series = later.Prepend(new ChainedViews(views, 0)).SelectMany(log => log.Views.TimestampSeries().Select(pair => (
            Log: log, Like: pair.First, Series: new StampSeries(pair.First.By, ToStamp(pair.First, log.Before), ToStamp(pair.Last, log.Before))))).ToList();
        var likes = series.ToDictionary(one => one.Series, one => (one.Log, one.Like));
        _chain = new RenewalChain(
            [.. series.Select(one => one.Series)],
            (one, index) => likes[one] is var (log, like) && log.Views.FirstTimestampHolding(like, index - log.Before) is { } found ? ToStamp(found, log.Before) : null);
    }

    /// <summary>Until when a token can be relied upon by itself: its certificate's end, or its hash algorithm's if that is earlier.</summary>
    public static DateTimeOffset EndOf(AnchorItem token, TimestampOptions options)
    {
        var end = token.NotAfter ?? token.Time;
        return token.Hash is { } hash && options.EndOfHash(hash) is { } hashEnd && hashEnd < end ? hashEnd : end;
    }

    public Trust Of(long index)
    {
        List<Stamp> holding = [.. Holding(index), .. _views.AnchorsOf(index).Where(anchor => anchor.Type == AnchorType.Timestamp).Select(anchor => ToStamp(anchor, 0))];
        return Trust.Of(Before(index) is { } before ? ToStamp(before, 0) : null, holding, index < _cosigned, EndOf, _now);
    }

    /// <summary>Those over the smallest tree that holds the entry; the same for all entries between that tree's end and the one before.</summary>
    IReadOnlyList<Stamp> Holding(long index)
    {
        if (index >= _holdingFor.From && index < _holdingFor.Below) return _holding;
        var covering = _views.AnchorsCovering(AnchorType.Timestamp, index, SameTree);
        _holding = covering.Count > 0 ? [.. OfSmallest(covering, 0)] : [.. HoldingLog()];
        _holdingFor = (index, covering.Count > 0 ? covering[0].Size!.Value : long.MaxValue);
        return _holding;
    }

    /// <summary>Those over the smallest tree of a later log, which holds all of this one.</summary>
    IEnumerable<Stamp> HoldingLog()
    {
        foreach (var log in _later)
        {
            if (log.Views.AnchorsCovering(AnchorType.Timestamp, 0, SameTree) is { Count: > 0 } covering) return OfSmallest(covering, log.Before);
        }

        return [];
    }

    IEnumerable<Stamp> OfSmallest(IReadOnlyList<AnchorItem> covering, long before) =>
        covering.Where(anchor => anchor.Size == covering[0].Size).Select(anchor => ToStamp(anchor, before));

    /// <summary>The same for all entries up to the next anchor, which is no further than the one that holds this entry.</summary>
    AnchorItem? Before(long index)
    {
        if (index >= _beforeFor.From && index < _beforeFor.Below) return _before;
        _before = _views.LastAnchorBefore(AnchorType.Timestamp, index) ?? _beforeAll.Value;
        var next = _views.FirstAnchorFrom(AnchorType.Timestamp, index);
        _beforeFor = (index, next is null ? long.MaxValue : next.Index + 1);
        return _before;
    }

    DateTimeOffset EndOf(Stamp stamp)
    {
        if (!_ends.TryGetValue(stamp, out var end)) _ends[stamp] = end = _chain.EndOf(stamp);
        return end;
    }

    Stamp ToStamp(AnchorItem anchor, long before) => new Stamp(anchor.Index, anchor.Size ?? 0, anchor.Time, EndOf(anchor, _options)).Behind(before);
}
