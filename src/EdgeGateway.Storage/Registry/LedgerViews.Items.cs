using EdgeGateway.Ledger;

namespace EdgeGateway.Storage.Registry;

/// <summary>What is known of items beyond what was sealed: reviews, tags, holds, erasures, and who did what.</summary>
public sealed partial class LedgerViews
{
    /// <summary>How many candidates are looked at together.</summary>
    const int Chunk = 512;

    /// <summary>What the newest entries say of an item; null where nobody touched it.</summary>
    public ItemState? FindState(long index) => _open.UseRegistry(registry => registry.Read(database => ItemPart.Find(database, index)));

    /// <summary>The same for several; those that nobody touched are not among them.</summary>
    public IReadOnlyDictionary<long, ItemState> FindStates(IReadOnlyCollection<long> indices)
    {
        if (indices.Count == 0) return new Dictionary<long, ItemState>();
        var (first, last) = (indices.Min(), indices.Max());
        return _open.UseRegistry(registry => registry.Read(database =>
            (last - first < 16L * indices.Count
                ? ItemPart.Between(database, first, last)
                : indices.Select(index => ItemPart.Find(database, index)).OfType<ItemState>())
            .ToDictionary(state => state.Index)));
    }

    /// <summary>Evidence and refusals with these indices, ascending; others are left out.</summary>
    public IReadOnlyList<EvidenceItem> FindEvidence(IReadOnlyCollection<long> indices)
    {
        var found = new List<EvidenceItem>(indices.Count);
        foreach (var range in _open.Coverage.Ranges.Values)
        {
            var within = indices.Where(index => index >= range.First && index <= range.Last).Order().ToList();
            if (within.Count > 0) found.AddRange(_open.UseMonth(range.Month, month => month.Find(within)));
        }

        found.Sort((a, b) => a.Index.CompareTo(b.Index));
        return found;
    }

    /// <summary>Who reviewed, viewed, exported, tagged, moved or erased an item: entries of this log in its order, then those of later ones.</summary>
    public IReadOnlyList<HistoryItem> EventsOf(long index) =>
        _open.UseRegistry(registry => registry.Read<IReadOnlyList<HistoryItem>>(database => [.. HistoryPart.Of(database, index), .. LaterPart.Of(database, index)]));

    /// <summary>The same by who did it, behind an index.</summary>
    /// <param name="actor">As entries have it: <c>account/admin</c>.</param>
    public IReadOnlyList<HistoryItem> EventsBy(string actor, long after, int maximum) =>
        _open.UseRegistry(registry => registry.Read(database => HistoryPart.By(database, actor, after, maximum)));

    /// <summary>The newest word of this log on each case that it put on hold or released, by name.</summary>
    public IReadOnlyList<CaseHold> Holds() => _open.UseRegistry(registry => registry.Read(HoldPart.All));

    /// <summary>Items whose bytes are this object, erased ones aside once <see cref="Refresh"/> took them.</summary>
    public IReadOnlyList<long> ItemsOfObject(Hash digest) =>
        _open.UseRegistry(registry => registry.Read(database => ObjectPart.ItemsOf(database, digest)));

    /// <summary>Tombstones from this place in the ledger on: where each is, and the item that it erases, of this log or by leaf hash of one before it.</summary>
    public IReadOnlyList<(long Entry, long Item, Hash? Log)> TombstonesFrom(long position, int maximum) =>
        _open.UseRegistry(registry => registry.Read(database => ItemPart.TombstonesFrom(database, position, maximum)));

    /// <summary>Items that are still there and were sealed at or before a time, or little later; ascending.</summary>
    /// <param name="tagged">False leaves out those that have a case.</param>
    public IReadOnlyList<long> Remaining(DateTimeOffset sealedBy, bool tagged, long after, int maximum) =>
        Select([Mark.Item], tagged ? [Mark.Erased] : [Mark.Erased, Mark.Tagged], sealedBy, after, maximum);

    List<EvidenceItem> QueryByState(EvidenceQuery query)
    {
        var found = new List<EvidenceItem>();
        var after = query.After;
        while (true)
        {
            var candidates = Candidates(query, after);
            var states = FindStates(candidates);
            foreach (var item in FindEvidence(candidates))
            {
                if (!query.Matches(item) || !query.Matches(states.GetValueOrDefault(item.Index))) continue;
                found.Add(item);
                if (found.Count == query.Limit) return found;
            }

            if (candidates.Count < Chunk) return found;
            after = candidates[^1];
        }
    }

    /// <summary>By the index that narrows most; the rest is looked at one by one.</summary>
    IReadOnlyList<long> Candidates(EvidenceQuery query, long after) => query switch
    {
        { Case: { } named } => With("case", named, after),
        { Officer: { } officer } => With("officer", officer, after),
        { Review: ReviewFilter.Passed } => With("review", "passed", after),
        { Review: ReviewFilter.Failed } => With("review", "failed", after),
        { Review: ReviewFilter.Pending, Tagged: true } => Select([Mark.Evidence, Mark.Tagged], [Mark.Reviewed, Mark.Erased], query.ReceivedBy, after, Chunk),
        { Review: ReviewFilter.Pending } => Select([Mark.Evidence], [Mark.Reviewed, Mark.Erased], query.ReceivedBy, after, Chunk),
        { Tagged: true } => Select([Mark.Item, Mark.Tagged], [], null, after, Chunk),
        { Tagged: false } => Select([Mark.Item], [Mark.Tagged], null, after, Chunk),
        _ => Select([Mark.Item], [Mark.Erased], null, after, Chunk),
    };

    IReadOnlyList<long> With(string field, string value, long after) =>
        _open.UseRegistry(registry => registry.Read(database => ItemPart.With(database, field, value, after, Chunk)));

    List<long> Select(Mark[] with, Mark[] without, DateTimeOffset? sealedBy, long after, int maximum) =>
        _open.UseRegistry(registry => registry.Read(database => ItemMarks.Select(database, with, without, sealedBy, after, maximum)));
}
