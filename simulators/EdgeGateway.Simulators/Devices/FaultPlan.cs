using EdgeGateway.Simulators.Scenarios;

namespace EdgeGateway.Simulators.Devices;

/// <summary>Decides for each message of one device what goes wrong with it. Draws from its own random sequence.</summary>
sealed class FaultPlan(IReadOnlyList<FaultRule> rules, long seed, string device)
{
    readonly SeededRandom _random = new(seed, device + "/faults");
    readonly int[] _struck = new int[rules.Count];

    /// <summary>How far the device's own clock is off by the steps so far: a step counts from the message after it.</summary>
    public TimeSpan ClockError { get; private set; }

    /// <summary>Called once for each message, in order.</summary>
    /// <param name="bits">Bits of the data segment, of which one may flip; 0 where there is none.</param>
    public List<Fault> Next(TimeSpan due, int bits)
    {
        var faults = new List<Fault>();
        for (var i = 0; i < rules.Count; i++)
        {
            var rule = rules[i];
            // Both are drawn each time, so that one rule's outcome does not shift the numbers of the next.
            var strikes = _random.NextDouble() < rule.Chance;
            var bit = _random.Next(Math.Max(bits, 1));
            while (_struck[i] < rule.At.Count && rule.At[_struck[i]] <= due)
            {
                _struck[i]++;
                strikes = true;
            }

            if (!strikes) continue;
            ClockError += rule.Step;
            faults.Add(new Fault(rule.Kind, rule.Copies, rule.Pause, bit));
        }

        return faults;
    }
}
