using EdgeGateway.Clocks;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Files;
using EdgeGateway.Storage.Registry;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Timestamps;

/// <summary>
/// Asks the authorities for tokens over what waits for them, and seals what they give. Whatever they do, sealing goes on: a
/// failure is counted, logged and tried again. One round at a time; a second caller waits.
/// </summary>
sealed partial class Timestamper(GatewayData data, TimeProvider time, TimestampMetrics? metrics = null, ILogger<Timestamper>? logger = null) : IDisposable
{
    /// <summary>An authority's clock and a synchronised one of ours may differ by so much.</summary>
    static readonly TimeSpan MaximumClockDifference = TimeSpan.FromDays(1);

    /// <summary>Renewals without news are tried so many times before the newest token ends.</summary>
    const int RenewalTries = 30;

    readonly TimestampOptions _options = data.Settings.Timestamps;
    readonly ILogger _logger = logger ?? (ILogger)NullLogger.Instance;
    readonly SemaphoreSlim _one = new(1, 1);
    readonly StampQueue _queue = new(data.Ledger, data.Settings.Timestamps.Items, data.Settings.Timestamps.WaitingItems);
    IReadOnlyList<AuthorityState> _authorities = [];
    AnchorItem? _newest;
    bool _begun;

    /// <summary>Empty before the first round.</summary>
    public IReadOnlyList<AuthorityState> Authorities => Volatile.Read(ref _authorities);

    /// <summary>The newest token over a tree; of several over the same one that which lasts longest.</summary>
    public AnchorItem? Newest => Volatile.Read(ref _newest) ?? data.Views.NewestTimestamp(ofItem: false);

    public TimeSpan? NewestAge => Newest is { } newest ? time.GetUtcNow() - newest.Time : null;

    public DateTimeOffset? WaitingSince => _queue.WaitingSince;

    public TimeSpan? WaitingAge => _queue.WaitingSince is { } since ? time.GetUtcNow() - since : null;

    public int WaitingItems => _queue.Items.Count;

    /// <summary>Reads the authorities' roots; asks nobody.</summary>
    /// <exception cref="GatewayException">The roots of one can't be read.</exception>
    public void OpenAuthorities()
    {
        if (_authorities.Count > 0) return;
        Volatile.Write(ref _authorities, [.. _options.Authorities.Select(one => new AuthorityState(TimestampAuthority.Open(one, _options, time), _options, time))]);
    }

    /// <summary>Brings what is known of the queue up to date and asks nobody; while a round is under way it stands as that found it.</summary>
    public Task LookAsync(CancellationToken cancellationToken) =>
        _begun && _one.CurrentCount == 0 ? Task.CompletedTask : RunAloneAsync(() => Task.FromResult(0), cancellationToken);

    /// <summary>Stamps what waits, or a tree whose token has to be renewed.</summary>
    /// <param name="now">Also where nothing waits, and also those who failed lately.</param>
    /// <returns>The anchors that were sealed.</returns>
    /// <exception cref="StorageFullException">There is no room for a checkpoint.</exception>
    public Task<IReadOnlyList<long>> RunAsync(bool now, CancellationToken cancellationToken) => RunAloneAsync<IReadOnlyList<long>>(
        async () =>
        {
            OpenAuthorities();
            var sealedAnchors = new List<long>();
            await StampItemsAsync(now, sealedAnchors, cancellationToken);
            var renewal = RenewalIsDue();
            if (now || renewal || _queue.WaitingSince is not null) await StampTreeAsync(now, renewal, sealedAnchors, cancellationToken);
            return sealedAnchors;
        },
        cancellationToken);

    public void Dispose()
    {
        foreach (var state in _authorities) state.Authority.Dispose();
        _one.Dispose();
    }

    async Task<T> RunAloneAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (!_begun)
            {
                await data.CatchUpViewsAsync(cancellationToken);
                _queue.Begin(Newest?.Size ?? 0, data.Views.NewestTimestamp(ofItem: true)?.Item);
                _begun = true;
            }

            await data.Ledger.CatchUpAsync(cancellationToken);
            _queue.Look();
            if (_queue.TakeDropped() is > 0 and var dropped) LogDropped(dropped);
            return await work();
        }
        finally
        {
            _one.Release();
        }
    }

    async Task StampItemsAsync(bool now, List<long> anchors, CancellationToken cancellationToken)
    {
        while (_queue.Items.Count > 0)
        {
            var record = data.Ledger.Read(_queue.Items.First(), 1)[0];
            if (!await StampAsync(StampedThing.Of(record), now, all: false, anchors, cancellationToken)) return;
            _queue.ItemStamped();
        }
    }

    async Task StampTreeAsync(bool now, bool renewal, List<long> anchors, CancellationToken cancellationToken)
    {
        // Asking for a checkpoint that nobody can stamp would sign one at every round.
        if (!_authorities.Any(state => now || state.MayBeAsked)) return;
        var signed = await data.Ledger.CheckpointAsync(cancellationToken);

        // Which authority's certificate lasts longest only its token tells, so a renewal asks them all.
        if (await StampAsync(StampedThing.Of(signed.Checkpoint), now, _options.All || renewal, anchors, cancellationToken)) _queue.TreeStamped(signed.Checkpoint.Size);
    }

    /// <returns>Whether at least one token was sealed.</returns>
    async Task<bool> StampAsync(StampedThing thing, bool now, bool all, List<long> anchors, CancellationToken cancellationToken)
    {
        var before = anchors.Count;
        foreach (var state in _authorities.Where(state => now || state.MayBeAsked))
        {
            if (await AskAsync(state, thing, cancellationToken) is not { } stamped) continue;
            var outcome = await AnchorEntry.Of(thing, stamped, data.Objects).TrySealAsync(data.Ledger, cancellationToken);
            if (!outcome.IsDurable) return false;
            anchors.Add(outcome.Index);
            metrics?.Stamped(state.Authority.Name, thing.Item is not null);
            if (thing.Tree is not null) await NoteNewestAsync(outcome.Index, cancellationToken);
            if (!all) break;
        }

        return anchors.Count > before;
    }

    async Task<StampedToken?> AskAsync(AuthorityState state, StampedThing thing, CancellationToken cancellationToken)
    {
        try
        {
            var stamped = await state.Authority.StampAsync(thing.Imprint.ToArray(), cancellationToken);
            CheckTime(stamped.Token.Info.Timestamp);
            if (state.Failures > 0) LogAgain(state.Authority.Name, state.Failures);
            state.Succeeded();
            return stamped;
        }
        catch (TimestampException e)
        {
            state.Failed(e.Message);
            metrics?.Failed(state.Authority.Name, e.Failure);
            if (state.Failures == 1) LogFailed(state.Authority.Name, e.Message);
            return null;
        }
    }

    /// <summary>A clock of ours that nothing keeps right says nothing against an authority's; but no time is before this software.</summary>
    /// <exception cref="TimestampException">The token's time can't be right, or one of the clocks is wrong.</exception>
    void CheckTime(DateTimeOffset genTime)
    {
        var now = data.Clock.Read();
        if (genTime < BuildDate.Value)
        {
            throw new TimestampException(TimestampFailure.Untrusted, $"Its token says {LedgerTime.Format(genTime)}, before this version was built: its clock is wrong.");
        }

        if (now.State == ClockState.Synchronised && (genTime - now.Utc).Duration() > MaximumClockDifference)
        {
            throw new TimestampException(
                TimestampFailure.Untrusted, $"Its token says {LedgerTime.Format(genTime)}, and it is {LedgerTime.Format(now.Utc)} here by a synchronised clock: its clock is wrong.");
        }
    }

    /// <summary>Here at once, where the views may take a moment.</summary>
    async Task NoteNewestAsync(long index, CancellationToken cancellationToken)
    {
        await data.Ledger.WaitForMoreAsync(index, cancellationToken);
        using var entry = EntryView.Parse(data.Ledger.Read(index, 1)[0]);
        if (AnchorItem.From(entry) is not { } anchor) return;
        if (Newest is { } newest && newest.Size == anchor.Size && TrustLookup.EndOf(newest, _options) >= TrustLookup.EndOf(anchor, _options)) return;
        Volatile.Write(ref _newest, anchor);
    }

    /// <summary>Whether the newest token ends soon, and the last try is not too fresh.</summary>
    bool RenewalIsDue()
    {
        if (Newest is not { } newest) return false;
        var now = time.GetUtcNow();
        return TrustLookup.EndOf(newest, _options) - now <= _options.RenewBefore && (now - newest.Time).Duration() >= _options.RenewBefore / RenewalTries;
    }

    [LoggerMessage(1040, LogLevel.Warning, "The time-stamp authority {Authority} gave no token: {Reason} What is sealed stays sealed, and it is asked again")]
    partial void LogFailed(string authority, string reason);

    [LoggerMessage(1041, LogLevel.Information, "The time-stamp authority {Authority} gives tokens again, after {Failures} failures")]
    partial void LogAgain(string authority, int failures);

    [LoggerMessage(1042, LogLevel.Warning, "{Items} entries that wanted a token of their own were passed over, because too many wait; the checkpoint's token will cover them")]
    partial void LogDropped(long items);
}
