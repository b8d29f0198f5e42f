using EdgeGateway.Clocks;
using EdgeGateway.Ledger;

namespace EdgeGateway.Checks;

/// <summary>What keeps the clock right, and whether it can be right at all.</summary>
static class ClockCheck
{
    public static CheckResult Run(string data, ClockOptions options, TimeProvider time)
    {
        if (options.Source == ClockOptions.Chrony && ChronyTimeSource.Find(options.ChronycPath) is null)
        {
            return CheckResult.Bad("clock", $"'{options.ChronycPath}' is not there, and Clock:Source is chrony: apt-get install chrony, or set Clock:ChronycPath");
        }

        // The checks come one after the other; this one asks a program that answers within two seconds.
        var clock = GatewayClock.OpenAsync(options, time, CancellationToken.None).GetAwaiter().GetResult();
        var (now, quality) = (clock.Read(), clock.Quality);
        var text = LedgerTime.Format(now.Utc);
        var state = Path.Combine(data, "ledger", "state");
        if (now.Utc < BuildDate.Value) return CheckResult.Bad("clock", $"it says {text}, before this version was built: set the clock");
        if (File.Exists(state) && now.Utc < File.GetLastWriteTimeUtc(state)) return CheckResult.Bad("clock", $"it says {text}, before the ledger was last written: set the clock");
        return quality.WhyNot is { } why
            ? CheckResult.Note("clock", $"{text}, unsynchronised: {why} Entries say so, and nothing is decided by date; apt-get install chrony and give it a server, or a receiver")
            : CheckResult.Good("clock", $"{text}, synchronised by {now.Source}: within {(Math.Abs(quality.OffsetMicroseconds ?? 0) + (quality.UncertaintyMicroseconds ?? 0)) / 1e6:0.000000} s");
    }
}
