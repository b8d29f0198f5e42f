using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Storage.Registry;
using EdgeGateway.Texts;

namespace EdgeGateway.Clocks;

/// <summary>
/// Trusts a clock that is synchronised, not below its floor, and has not jumped since a person confirmed it. Jumps are
/// entries, so a restart forgets none; until the views have read that far, nothing is decided.
/// </summary>
sealed class ClockTrust(IGatewayClock clock, FileLedger ledger, LedgerViews views, long known) : IClockTrust
{
    // Index of the newest jump that this process sealed: until the views have read it, they can't say that it was confirmed.
    long _jumpedAt = -1;

    public bool MayDecideByDate => Why is null;

    /// <summary>No time before this is believed: the latest of any entry since a person confirmed the clock, or the build's.</summary>
    public DateTimeOffset Floor => ledger.NewestAt > BuildDate.Value ? ledger.NewestAt : BuildDate.Value;

    public string? Why
    {
        get
        {
            var now = clock.Read();
            if (now.Utc < BuildDate.Value) return Said.Of("clock.why-build", LedgerTime.Format(now.Utc));
            if (now.Utc < ledger.NewestAt)
            {
                return Said.Of("clock.why-floor", LedgerTime.Format(now.Utc), LedgerTime.Format(ledger.NewestAt));
            }

            // A jump first: a person can confirm it also where nothing will ever synchronise the clock.
            if (views.Position < known) return Said.Of("clock.why-views", views.Position, known);
            if (Interlocked.Read(ref _jumpedAt) >= views.Position) return Confirm(now.Utc);
            if (Unconfirmed is { } jump) return Confirm(jump.At);
            if (now.State == ClockState.Synchronised) return null;
            var why = clock is GatewayClock gateway ? gateway.Quality.WhyNot ?? Said.Of("clock.why-stale") : Said.Of("clock.why-unknown");
            return Said.Of("clock.why-unsynchronised", why);
        }
    }

    /// <summary>The jump that waits for a person, as far as the views have read; null where there is none.</summary>
    public ClockJump? Unconfirmed => views.UnconfirmedClockJump();

    /// <summary>The clock now; below the floor it says so.</summary>
    public ClockReading Read()
    {
        var now = clock.Read();
        return now.Utc < Floor ? now with { State = ClockState.BelowFloor } : now;
    }

    /// <summary>Takes note of the newest jump, which the views will read later.</summary>
    public void Jumped(long index) => Interlocked.Exchange(ref _jumpedAt, index);

    static string Confirm(DateTimeOffset at) => Said.Of("clock.why-jump", LedgerTime.Format(at));
}
