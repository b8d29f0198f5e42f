using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;

namespace EdgeGateway.Clocks;

/// <summary>Whether the clock may be believed where something is decided by date: what is erased can't be brought back.</summary>
interface IClockTrust
{
    bool MayDecideByDate { get; }
}

/// <summary>
/// Not below the floor (the newest entry's time), and synchronised, or <see cref="ClockOptions.DecideUnsynchronised"/>.
/// </summary>
sealed class ClockTrust(IGatewayClock clock, FileLedger ledger, ClockOptions options) : IClockTrust
{
    public bool MayDecideByDate
    {
        get
        {
            var reading = clock.Read();
            return reading.State != ClockState.BelowFloor && reading.Utc >= ledger.NewestAt
                && (reading.State == ClockState.Synchronised || options.DecideUnsynchronised);
        }
    }
}
