using System.Collections.Concurrent;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Registry;

namespace EdgeGateway.Custody;

/// <summary>
/// Seals who looked at an item's private part, before it is shown: at most once in ten minutes for an account and item, so that
/// a script that polls does not fill the ledger. What was sealed before a restart counts too. Safe for any number of threads.
/// </summary>
sealed class ViewLog(GatewayData data, TimeProvider time)
{
    static readonly TimeSpan Once = TimeSpan.FromMinutes(10);

    /// <summary>Those that are older than ten minutes are dropped when there are so many.</summary>
    const int MostRemembered = 10_000;

    readonly ConcurrentDictionary<(string Account, string Origin, long Index), DateTimeOffset> _recent = new();

    /// <summary>Returns once it is on disk that this account saw the item of a log. The views must be up to date.</summary>
    /// <exception cref="GatewayException">It can't be sealed now, so nothing is to be shown.</exception>
    public async Task RecordAsync(SelectedLog log, EntryView entry, Actor actor, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var key = (actor.Account, log.Origin, entry.Index);
        if (_recent.TryGetValue(key, out var seen) && IsRecent(seen, now)) return;
        if (_recent.Count > MostRemembered) Forget(now);
        var at = LastView(log, entry.Index, actor);
        if (at is not { } last || !IsRecent(last, now))
        {
            var item = new SealedItem(entry.Index, entry.LeafHash, entry.SubjectDevice is null ? Subjects.Gateway : entry.Subject, log.ClosedId);
            at = (await CustodyEntries.View(item).MadeBy(actor).SealAsync(data.Ledger, cancellationToken)).SealedAt;
        }

        _recent[key] = at!.Value;
    }

    static DateTimeOffset? LastView(SelectedLog log, long index, Actor actor) => log.Views().EventsOf(index)
        .LastOrDefault(entry => entry.Action == "view" && entry.Actor == Actors.Account(actor.Account))?.At;

    // A clock that was set back must not hide views for ever, so the future is not recent either.
    static bool IsRecent(DateTimeOffset at, DateTimeOffset now) => at <= now.AddSeconds(1) && now - at < Once;

    void Forget(DateTimeOffset now)
    {
        foreach (var (key, at) in _recent)
        {
            if (!IsRecent(at, now)) _recent.TryRemove(key, out _);
        }
    }
}
