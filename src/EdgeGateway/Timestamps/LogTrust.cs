using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Registry;

namespace EdgeGateway.Timestamps;

/// <summary>
/// Joins a log's anchors with those of its neighbours: entry 0 of a log names the size and root of the one before, so that whoever vouches
/// for a tree of it vouches for every entry of those before, and its entries are newer than every token that those hold.
/// </summary>
static class LogTrust
{
    /// <summary>Of one log's entries; the views must have caught up. A neighbour that is damaged ends the chain: nothing behind it is relied upon.</summary>
    public static TrustLookup Of(GatewayData data, SelectedLog log, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var closed = data.Logs.All;
        var at = log.ClosedId is null ? closed.Count : closed.ToList().FindIndex(one => one.Origin == log.Origin);
        var later = new List<ChainedViews>();
        var before = log.Size;
        for (var next = at + 1; next <= closed.Count && IsLinked(data, next); next++)
        {
            var isWritten = next == closed.Count;
            later.Add(new ChainedViews(isWritten ? data.Views : closed[next].OwnViews(cancellationToken), before));
            before += isWritten ? 0 : closed[next].Ledger.Size;
        }

        return new TrustLookup(log.Views(), later, () => NewestBefore(data, at, cancellationToken), data.Settings.Timestamps, now);
    }

    /// <summary>The newest token of the logs before one.</summary>
    static AnchorItem? NewestBefore(GatewayData data, int at, CancellationToken cancellationToken)
    {
        for (var one = at; one > 0 && IsLinked(data, one); one--)
        {
            if (data.Logs.All[one - 1].OwnViews(cancellationToken).LastAnchorBefore(AnchorType.Timestamp, long.MaxValue) is { } anchor) return anchor;
        }

        return null;
    }

    /// <summary>Whether a log goes on from the one before it, as that one ends.</summary>
    static bool IsLinked(GatewayData data, int at)
    {
        var closed = data.Logs.All;
        if (closed[at - 1].Error is not null || at < closed.Count && closed[at].Error is not null) return false;
        var genesis = at < closed.Count ? closed[at].Ledger.Genesis : Genesis.Parse(data.Ledger.Read(0, 1)[0]);
        return genesis.Previous == closed[at - 1].Ledger.End;
    }
}
