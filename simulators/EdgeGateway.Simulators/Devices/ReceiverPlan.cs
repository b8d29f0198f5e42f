using EdgeGateway.Simulators.Nmea;
using EdgeGateway.Simulators.Scenarios;
using EdgeGateway.Simulators.Transcripts;

namespace EdgeGateway.Simulators.Devices;

/// <summary>A GNSS receiver: RMC, GGA and ZDA at each interval, which nobody answers.</summary>
sealed class ReceiverPlan(ReceiverFleet fleet, ScenarioClock clock, long seed) : IDevicePlan
{
    public string Device { get; } = $"{fleet.Head.Name}-1";

    public IEnumerable<PlannedMessage> Messages()
    {
        var random = new SeededRandom(seed, Device);
        var faults = new FaultPlan(fleet.Head.Faults, seed, Device);
        var n = 0L;
        for (var due = TimeSpan.Zero; ; due += fleet.Every)
        {
            var at = clock.Start + due + faults.ClockError;
            foreach (var sentence in (byte[][])[NmeaSentence.Rmc(at), NmeaSentence.Gga(at, 8 + random.Next(12)), NmeaSentence.Zda(at)])
            {
                yield return new PlannedMessage(Device, ++n, due, fleet.Line, sentence)
                {
                    // The gateway samples them: that one is not in the ledger says nothing.
                    Class = MessageClass.Telemetry,
                    Faults = faults.Next(due, sentence.Length * 8),
                };
            }
        }
    }
}
