using System.Globalization;

namespace EdgeGateway.Ingest;

/// <summary>How much of the machine's processor time was idle since the last look; for deciding what can wait.</summary>
sealed class ProcessorIdle
{
    const string Path = "/proc/stat";

    (long Idle, long All) _last;

    /// <summary>0 to 1; 1 where the machine does not tell.</summary>
    public double Share()
    {
        if (!File.Exists(Path)) return 1;

        // cpu user nice system idle iowait irq softirq …: waiting for the disk leaves the processor free.
        var times = File.ReadLines(Path).First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8)
            .Select(text => long.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        var now = (Idle: times[3] + times[4], All: times.Sum());
        var (idle, all) = (now.Idle - _last.Idle, now.All - _last.All);
        _last = now;
        return all <= 0 ? 1 : (double)idle / all;
    }
}
