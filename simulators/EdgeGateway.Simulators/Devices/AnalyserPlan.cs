using System.Globalization;
using EdgeGateway.Simulators.Hj212;
using EdgeGateway.Simulators.Scenarios;
using EdgeGateway.Simulators.Transcripts;

namespace EdgeGateway.Simulators.Devices;

/// <summary>
/// A waste water analyser: real-time data (2011) and minute data (2051), both wanting an answer; before them, where its fleet
/// says so, a request for the time (1013) and minute data of the day before.
/// </summary>
sealed class AnalyserPlan(AnalyserFleet fleet, int number, ScenarioClock clock, long seed) : IDevicePlan
{
    public const string Password = "123456";

    const int Realtime = 0;
    const int WantsAnswer = 5;
    const int Split = 2;

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
            var own = due + faults.ClockError;
            var contents = what == Realtime ? RealtimeAt(own, random) : MinuteAt(own - fleet.MinuteEvery, random);
            foreach (var content in n == 0 ? Opening(own, random).Concat(contents) : contents)
            {
                n++;
                // QN names the exchange by its millisecond: no two may share one, the packets of one message neither.
                exchange = due > exchange ? due : exchange + TimeSpan.FromMilliseconds(1);
                var qn = clock.Beijing(exchange + faults.ClockError, "yyyyMMddHHmmssfff");
                var bytes = Frame(qn, content).Encode();
                yield return new PlannedMessage(Device, n, due, fleet.Line, bytes)
                {
                    Class = MessageClass.Evidence,
                    EventId = qn,
                    // Within the data segment: elsewhere a reader may rightly overlook a changed bit (the case of the CRC's digits).
                    Faults = faults.Next(due, (bytes.Length - Hj212Frame.Overhead) * 8),
                };
            }
        }
    }

    /// <summary>What it sends before all else.</summary>
    IEnumerable<Content> Opening(TimeSpan due, SeededRandom random)
    {
        if (fleet.AsksTime) yield return new Content("1013", "PolId=w01018");
        for (var i = 0; i < fleet.Backfill; i++)
        {
            foreach (var content in MinuteAt(due - TimeSpan.FromDays(1) + (i * fleet.MinuteEvery), random)) yield return content;
        }
    }

    IEnumerable<Content> RealtimeAt(TimeSpan due, SeededRandom random) =>
        Parts("2011", clock.Beijing(due, "yyyyMMddHHmmss"), 1, [.. Factors.Select(factor => $"{factor.Code}-Rtd={Value(factor, random)},{factor.Code}-Flag=N")]);

    /// <summary>In 2051 DataTime is the start of the period (table 9).</summary>
    IEnumerable<Content> MinuteAt(TimeSpan start, SeededRandom random)
    {
        var items = Factors.Select(factor =>
        {
            double[] values = [Draw(factor, random), Draw(factor, random), Draw(factor, random)];
            Array.Sort(values);
            var (min, avg, max) = (Text(values[0]), Text(values[1]), Text(values[2]));
            return $"{factor.Code}-Min={min},{factor.Code}-Avg={avg},{factor.Code}-Max={max},{factor.Code}-Flag=N";
        });
        return Parts("2051", clock.Beijing(start, "yyyyMMddHHmm") + "00", fleet.Packets, [.. items]);
    }

    /// <summary>Each packet repeats DataTime (section 6.6).</summary>
    static IEnumerable<Content> Parts(string command, string dataTime, int packets, string[] items) =>
        items.Chunk((items.Length + packets - 1) / packets)
            .Select((chunk, i) => new Content(command, $"DataTime={dataTime};{string.Join(';', chunk)}", packets, i + 1));

    Hj212Frame Frame(string qn, Content content)
    {
        var flag = content.Packets > 1 ? WantsAnswer | Split : WantsAnswer;
        var header = new List<(string, string)>
        {
            ("QN", qn), ("ST", fleet.St), ("CN", content.Command), ("PW", Password), ("MN", fleet.MnOf(number)),
            ("Flag", flag.ToString(CultureInfo.InvariantCulture)),
        };
        if (content.Packets > 1)
        {
            header.Add(("PNUM", content.Packets.ToString(CultureInfo.InvariantCulture)));
            header.Add(("PNO", content.Packet.ToString(CultureInfo.InvariantCulture)));
        }

        return new Hj212Frame(header, content.Cp);
    }

    static double Draw((string Code, double Level, double Swing) factor, SeededRandom random) =>
        factor.Level + (random.NextDouble() - 0.5) * factor.Swing;

    static string Value((string Code, double Level, double Swing) factor, SeededRandom random) => Text(Draw(factor, random));

    static string Text(double value) => value.ToString("F2", CultureInfo.InvariantCulture);

    /// <summary>What one frame says, before it has its number.</summary>
    sealed record Content(string Command, string Cp, int Packets = 1, int Packet = 1);
}
