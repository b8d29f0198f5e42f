using EdgeGateway.Custody;
using EdgeGateway.Gateway;
using EdgeGateway.Storage.Registry;

namespace EdgeGateway.Retention;

/// <summary>An item that may be erased by date.</summary>
sealed record DueItem(EvidenceItem Item, ItemState? State, RetentionTerm Term);

/// <summary>Finds what is due: it walks the items that are still there, oldest first, and never those that came too late to be due.</summary>
static class DueItems
{
    const int Chunk = 1000;

    /// <summary>A call looks at no more items than this, however few of them are due: the next one goes on from there.</summary>
    const int MostLookedAt = 200_000;

    /// <summary>Of one log; its views must have caught up.</summary>
    /// <returns>What is due and not on hold, and the index to go on behind; null where there is no more.</returns>
    public static (IReadOnlyList<DueItem> Items, long? Next) Find(
        GatewayData data, SelectedLog log, DateTimeOffset asOf, long after, int limit, CancellationToken cancellationToken)
    {
        if (data.Retention.ShortestMonths is not { } months) return ([], null);
        var holds = CaseHolds.All(data, cancellationToken);
        var views = log.Views();
        var found = new List<DueItem>();
        for (var looked = 0; looked < MostLookedAt; looked += Chunk)
        {
            var candidates = views.Remaining(asOf.AddMonths(-months), tagged: !data.Retention.CaseKeeps, after, Chunk);
            var states = views.FindStates(candidates);
            foreach (var item in views.FindEvidence(candidates))
            {
                var state = states.GetValueOrDefault(item.Index);
                var term = data.Retention.Of(item, state);
                after = item.Index;
                if (!(term.Due <= asOf) || state?.Tag?.Case is { } named && holds.ContainsKey(named)) continue;
                found.Add(new DueItem(item, state, term));
                if (found.Count == limit) return (found, after);
            }

            if (candidates.Count < Chunk) return (found, null);
            after = candidates[^1];
        }

        return (found, after);
    }
}
