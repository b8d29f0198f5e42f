using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Storage.Registry;

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
            if (now.Utc < BuildDate.Value) return $"The clock says {LedgerTime.Format(now.Utc)}, before this version was built: set the clock.";
            if (now.Utc < ledger.NewestAt)
            {
                return $"The clock says {LedgerTime.Format(now.Utc)}, before the newest entry ({LedgerTime.Format(ledger.NewestAt)}): set the clock, or, if it is right, say so with 'edgegw clock confirm --reason TEXT'.";
            }

            if (now.State != ClockState.Synchronised)
            {
                var why = clock is GatewayClock gateway ? gateway.Quality.WhyNot ?? "What its source said is too old, or it was set since." : "Nothing is known of what keeps it right.";
                return $"The clock is not synchronised: {why} 'edgegw check' says what is missing.";
            }

            if (views.Position < known) return $"The views have read {views.Position} of {known} entries, and the others may tell of a jump of the clock: wait for them.";
            if (Interlocked.Read(ref _jumpedAt) >= views.Position) return Confirm(now.Utc);
            return Unconfirmed is { } jump ? Confirm(jump.At) : null;
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

    static string Confirm(DateTimeOffset at) =>
        $"The clock jumped far forward, to {LedgerTime.Format(at)}: if it is right, say so with 'edgegw clock confirm --reason TEXT'.";
}
