using EdgeGateway.Cli;
using EdgeGateway.Clocks;

namespace EdgeGateway.Checks;

/// <summary>What keeps the clock right, and whether it can be right at all.</summary>
static class ClockCheck
{
    public static CheckResult Run(CommandLine line, ClockOptions options, TimeProvider time)
    {
        if (options.Source == ClockOptions.Chrony && ChronyTimeSource.Find(options.ChronycPath) is null)
        {
            return CheckResult.Bad("clock", CheckResult.Text("clock.no-chrony", options.ChronycPath));
        }

        // The checks come one after the other; this one asks a program that answers within two seconds.
        var clock = GatewayClock.OpenAsync(options, time, CancellationToken.None).GetAwaiter().GetResult();
        var (now, quality) = (clock.Read(), clock.Quality);
        var text = line.Site.Show(now.Utc);
        var state = Path.Combine(line.Data, "ledger", "state");
        if (now.Utc < BuildDate.Value) return CheckResult.Bad("clock", CheckResult.Text("clock.before-build", text));
        if (File.Exists(state) && now.Utc < File.GetLastWriteTimeUtc(state)) return CheckResult.Bad("clock", CheckResult.Text("clock.before-ledger", text));
        return quality.WhyNot is { } why
            ? CheckResult.Note("clock", CheckResult.Text("clock.unsynchronised", text, why))
            : CheckResult.Good("clock", CheckResult.Text("clock.good", text, now.Source, (Math.Abs(quality.OffsetMicroseconds ?? 0) + (quality.UncertaintyMicroseconds ?? 0)) / 1e6));
    }
}
