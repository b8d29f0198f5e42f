using EdgeGateway.Custody;
using EdgeGateway.Evidence;
using EdgeGateway.Gateway;
using EdgeGateway.Ingest;
using EdgeGateway.Registry;
using EdgeGateway.Storage.Registry;
using EdgeGateway.Texts;

namespace EdgeGateway.Retention;

/// <summary>What is to be erased, and why.</summary>
/// <param name="Log">The log that the items are in.</param>
/// <param name="AsOf">The date as a person knows it; null: the gateway's clock, where it may be believed.</param>
/// <param name="ByRetention">Because it is due; else because a person ordered it.</param>
/// <param name="Actor">Null: the gateway itself.</param>
sealed record ErasureOrder(SelectedLog Log, IReadOnlyList<long> Items, DateTimeOffset? AsOf, bool ByRetention, string? Reason, string? By, Actor? Actor);

/// <summary>
/// Decides whether items may be erased, and seals that they are: the tombstones are on disk before anything is destroyed,
/// and what they say is then carried out (<see cref="ErasureWork"/>), after a crash by the next start. A refusal is sealed too.
/// </summary>
sealed class Eraser(GatewayData data, ErasureWork work)
{
    static readonly TimeSpan MostAhead = TimeSpan.FromDays(1);

    /// <returns>How many of the tombstones that there are by now are not carried out in full yet.</returns>
    /// <exception cref="GatewayException">Nothing was erased; says why of each item.</exception>
    public async Task<int> EraseAsync(ErasureOrder order, bool dryRun, CancellationToken cancellationToken)
    {
        using var one = await work.EnterAsync(cancellationToken);
        await data.CatchUpViewsAsync(cancellationToken);
        var (now, undecided) = Decide(order.AsOf);
        var entries = new List<OwnEntry>();
        var refusals = new List<(SealedItem Item, ErasureRefusal Refusal)>();
        var going = order.Items.Select(index => (order.Log.Origin, index)).ToHashSet();
        var holds = CaseHolds.All(data, cancellationToken);
        foreach (var (item, evidence) in Find(order))
        {
            var state = order.Log.FindState(item.Index);
            var term = data.Retention.Of(evidence, state);

            // A hold and a class without an end need no date.
            if ((Refusal(state, term, now ?? DateTimeOffset.MaxValue, holds) ?? undecided) is { } refusal) refusals.Add((item, refusal));
            else entries.Add(CustodyEntries.Tombstone(item, term.Class, term.Due ?? term.Earliest, WithObject(evidence, state, going, cancellationToken), order.ByRetention, order.Reason, order.By));
        }

        if (refusals.Count > 0) await RefuseAsync(refusals, order, dryRun, cancellationToken);
        if (dryRun || entries.Count == 0) return work.Pending;
        await OwnEntry.SealAllAsync([.. entries.Select(entry => By(entry, order.Actor))], data.Ledger, cancellationToken);
        try
        {
            await work.CarryOutAsync(cancellationToken);
            return work.Pending;
        }
        catch (IOException e)
        {
            throw Failure.Of("erase.not-carried-out", e.Message);
        }
    }

    /// <summary>The date to decide by. A person's may not lie beyond what the clock and the ledger can vouch for.</summary>
    /// <exception cref="GatewayException">The clock may not be believed, or the date lies ahead of it.</exception>
    public DateTimeOffset DecideBy(DateTimeOffset? asOf)
    {
        var (date, undecided) = Decide(asOf);
        return date ?? throw new GatewayException(undecided!.Sentence());
    }

    (DateTimeOffset? Date, ErasureRefusal? Undecided) Decide(DateTimeOffset? asOf)
    {
        var clock = data.Clock.Read().Utc;
        if (asOf is not { } date)
        {
            return data.Clock.MayDecideByDate ? (clock, null) : (null, new ErasureRefusal("clock-not-believed", data.Site.Show(clock), data.Clock.Why));
        }

        // A clock that jumped or fell back vouches for no date at all until a person said which is right.
        if (data.Clock.Unconfirmed is not null || clock < data.Clock.Floor) return (null, new ErasureRefusal("date-not-comparable", data.Site.Show(date), data.Clock.Why));
        var latest = (clock > data.Ledger.NewestAt ? clock : data.Ledger.NewestAt) + MostAhead;
        return date <= latest ? (date, null) : (null, new ErasureRefusal("date-ahead", data.Site.Show(date), data.Site.Show(latest - MostAhead)));
    }

    static OwnEntry By(OwnEntry entry, Actor? actor) => actor is null ? entry : entry.MadeBy(actor);

    static List<(SealedItem Item, EvidenceItem Evidence)> Find(ErasureOrder order)
    {
        var lookup = new ItemLookup(order.Log);
        var evidence = order.Log.Views().FindEvidence(order.Items).ToDictionary(item => item.Index);
        var errors = new List<string>();
        var found = new List<(SealedItem, EvidenceItem)>();
        foreach (var index in order.Items)
        {
            if (lookup.Find(index, out _, out var error) is not { } item || !evidence.TryGetValue(index, out var view)) errors.Add(error ?? Said.Of("erase.not-in-views", index));
            else found.Add((item, view));
        }

        return errors.Count == 0 ? found : throw new GatewayException(string.Join('\n', errors));
    }

    ErasureRefusal? Refusal(ItemState? state, RetentionTerm term, DateTimeOffset now, IReadOnlyDictionary<string, (CaseHold Hold, string Origin)> holds)
    {
        if (state?.Tombstone is { } tombstone) return new ErasureRefusal("already-erased", tombstone);
        if (state?.Tag?.Case is { } named && holds.TryGetValue(named, out var held)) return new ErasureRefusal("case-on-hold", DisplayText.Of(named), data.Site.Show(held.Hold.At)) { Case = named };
        if (term.Earliest is not { } earliest) return new ErasureRefusal("kept-for-ever", term.Class);
        return earliest <= now ? null : new ErasureRefusal("too-early", term.Class, data.Site.Show(earliest));
    }

    /// <summary>The object goes unless an item that stays needs it, or it is on a medium that only a person can reach.</summary>
    bool WithObject(EvidenceItem evidence, ItemState? state, HashSet<(string, long)> going, CancellationToken cancellationToken) =>
        evidence.Object is { } digest && state?.Medium is null && work.OthersThatNeed(digest, going, cancellationToken).Count == 0;

    async Task RefuseAsync(List<(SealedItem Item, ErasureRefusal Refusal)> refusals, ErasureOrder order, bool dryRun, CancellationToken cancellationToken)
    {
        if (!dryRun)
        {
            var entries = refusals.Select(refusal => By(CustodyEntries.ErasureRefused(refusal.Item, refusal.Refusal, order.By), order.Actor)).ToList();
            await OwnEntry.SealAllAsync(entries, data.Ledger, cancellationToken);
        }

        var sentences = refusals.Select(refusal => DisplayText.Of(Said.Of("erase.refused", refusal.Item.Index, refusal.Refusal.Sentence()), 500));
        throw new GatewayException(string.Join('\n', sentences.Append(Said.Of(dryRun ? "erase.nothing-would" : "erase.nothing-was"))));
    }
}
