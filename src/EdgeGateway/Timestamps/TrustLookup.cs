using EdgeGateway.Evidence;
using EdgeGateway.Storage.Registry;

namespace EdgeGateway.Timestamps;

/// <summary>
/// What is proven of entries' times, from the anchors in the views as they are now. Made for one question (a list, an
/// entry): neighbours share their anchors, so asking in the order of the ledger is cheap. One thread at a time.
/// </summary>
sealed class TrustLookup
{
    /// <summary>Tokens over the same tree that are looked at: as many as authorities may be set.</summary>
    const int SameTree = 16;

    readonly LedgerViews _views;
    readonly TimestampOptions _options;
    readonly DateTimeOffset _now;
    readonly RenewalChain _chain;
    readonly Dictionary<Stamp, DateTimeOffset> _ends = [];
    IReadOnlyList<Stamp> _holding = [];
    (long From, long Below) _holdingFor;
    AnchorItem? _before;
    (long From, long Below) _beforeFor;
    readonly long _cosigned;
    readonly bool _hasTokens;

    public TrustLookup(LedgerViews views, TimestampOptions options, DateTimeOffset now)
    {
        _views = views;
        _options = options;
        _now = now;

        // A tree that holds an entry holds all before it.
        _cosigned = views.NewestCosignature()?.Size ?? 0;
        _hasTokens = views.NewestTimestamp(ofItem: false) is not null || views.NewestTimestamp(ofItem: true) is not null;
        var series = views.TimestampSeries().Select(pair => (pair.First, Series: new StampSeries(pair.First.By, ToStamp(pair.First), ToStamp(pair.Last)))).ToList();
        var likes = series.ToDictionary(pair => pair.Series, pair => pair.First);
        _chain = new RenewalChain(
            [.. series.Select(pair => pair.Series)], (one, index) => views.FirstTimestampHolding(likes[one], index) is { } found ? ToStamp(found) : null);
    }

    /// <summary>Until when a token can be relied upon by itself: its certificate's end, or its hash algorithm's if that is earlier.</summary>
    public static DateTimeOffset EndOf(AnchorItem token, TimestampOptions options)
    {
        var end = token.NotAfter ?? token.Time;
        return token.Hash is { } hash && options.EndOfHash(hash) is { } hashEnd && hashEnd < end ? hashEnd : end;
    }

    public Trust Of(long index)
    {
        if (!_hasTokens) return Trust.Of(null, [], index < _cosigned, EndOf, _now);
        List<Stamp> holding = [.. Holding(index), .. _views.AnchorsOf(index).Where(anchor => anchor.Type == AnchorType.Timestamp).Select(ToStamp)];
        return Trust.Of(Before(index) is { } before ? ToStamp(before) : null, holding, index < _cosigned, EndOf, _now);
    }

    /// <summary>Those over the smallest tree that holds the entry; the same for all entries between that tree's end and the one before.</summary>
    IReadOnlyList<Stamp> Holding(long index)
    {
        if (index >= _holdingFor.From && index < _holdingFor.Below) return _holding;
        var covering = _views.AnchorsCovering(AnchorType.Timestamp, index, SameTree);
        _holding = [.. covering.Where(anchor => anchor.Size == covering[0].Size).Select(ToStamp)];
        _holdingFor = (index, covering.Count > 0 ? covering[0].Size!.Value : long.MaxValue);
        return _holding;
    }

    /// <summary>The same for all entries up to the next anchor, which is no further than the one that holds this entry.</summary>
    AnchorItem? Before(long index)
    {
        if (index >= _beforeFor.From && index < _beforeFor.Below) return _before;
        _before = _views.LastAnchorBefore(AnchorType.Timestamp, index);
        var next = _views.FirstAnchorFrom(AnchorType.Timestamp, index);
        _beforeFor = (index, next is null ? long.MaxValue : next.Index + 1);
        return _before;
    }

    DateTimeOffset EndOf(Stamp stamp)
    {
        if (!_ends.TryGetValue(stamp, out var end)) _ends[stamp] = end = _chain.EndOf(stamp);
        return end;
    }

    Stamp ToStamp(AnchorItem anchor) => new(anchor.Index, anchor.Size ?? 0, anchor.Time, EndOf(anchor, _options));
}
