using System.Globalization;
using EdgeGateway.Simulators.Hj212;
using EdgeGateway.Simulators.Scenarios;
using EdgeGateway.Simulators.Transcripts;

namespace EdgeGateway.Simulators.Devices;

/// <summary>A waste water analyser: real-time data (2011) and minute data (2051), both wanting an answer.</summary>
sealed class AnalyserPlan(AnalyserFleet fleet, int number, ScenarioClock clock, long seed) : IDevicePlan
{
    const int Realtime = 0;

    // Factor codes of HJ 525: pH, chemical oxygen demand, ammonia nitrogen, flow; with their usual values here.
    static readonly (string Code, double Level, double Swing)[] Factors =
        [("w01001", 7.4, 0.4), ("w01018", 42, 9), ("w21003", 1.8, 0.7), ("w00000", 17.5, 3)];

    public string Device { get; } = $"{fleet.Head.Name}-{number}";

    public IEnumerable<PlannedMessage> Messages()
    {
        var random = new SeededRandom(seed, Device);
        var faults = new FaultPlan(fleet.Head.Faults, seed, Device);
        var n = 0L;
        var exchange = TimeSpan.FromMilliseconds(-1);
        foreach (var (due, what) in Agenda.Of((number - 1.0) / fleet.Head.Count, fleet.RealtimeEvery, fleet.MinuteEvery))
        {
            n++;
            // QN names the exchange by its millisecond: no two may share one.
            exchange = due > exchange ? due : exchange + TimeSpan.FromMilliseconds(1);
            var qn = clock.Beijing(exchange, "yyyyMMddHHmmssfff");
            var frame = what == Realtime ? RealtimeAt(due, qn, random) : MinuteAt(due, qn, random);
            var bytes = frame.Encode();
            yield return new PlannedMessage(Device, n, due, fleet.Line, bytes)
            {
                Class = MessageClass.Evidence,
                EventId = qn,
                // Within the data segment: elsewhere a reader may rightly overlook a changed bit (the case of the CRC's digits).
                Faults = faults.Next(due, (bytes.Length - Hj212Frame.Overhead) * 8),
            };
        }
    }

    Hj212Frame RealtimeAt(TimeSpan due, string qn, SeededRandom random) => Frame(
        qn, "2011", clock.Beijing(due, "yyyyMMddHHmmss"), Factors.Select(factor => $"{factor.Code}-Rtd={Value(factor, random)},{factor.Code}-Flag=N"));

    Hj212Frame MinuteAt(TimeSpan due, string qn, SeededRandom random)
    {
        var items = Factors.Select(factor =>
        {
            double[] values = [Draw(factor, random), Draw(factor, random), Draw(factor, random)];
            Array.Sort(values);
            var (min, avg, max) = (Text(values[0]), Text(values[1]), Text(values[2]));
            return $"{factor.Code}-Min={min},{factor.Code}-Avg={avg},{factor.Code}-Max={max},{factor.Code}-Flag=N";
        });
        // In 2051 DataTime is the start of the period (table 9).
        return Frame(qn, "2051", clock.Beijing(due - fleet.MinuteEvery, "yyyyMMddHHmm") + "00", items);
    }

    Hj212Frame Frame(string qn, string command, string dataTime, IEnumerable<string> items) => new(
        [("QN", qn), ("ST", fleet.St), ("CN", command), ("PW", "123456"), ("MN", fleet.MnOf(number)), ("Flag", "5")],
        $"DataTime={dataTime};{string.Join(';', items)}");

    static double Draw((string Code, double Level, double Swing) factor, SeededRandom random) =>
        factor.Level + (random.NextDouble() - 0.5) * factor.Swing;

    static string Value((string Code, double Level, double Swing) factor, SeededRandom random) => Text(Draw(factor, random));

    static string Text(double value) => value.ToString("F2", CultureInfo.InvariantCulture);
}
