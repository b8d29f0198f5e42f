using System.CommandLine;
using System.Globalization;
using EdgeGateway.Benchmarks.Load;
using EdgeGateway.Benchmarks.Targets;

namespace EdgeGateway.Benchmarks.Ingest;

/// <summary><c>ingest</c>: QoS 1 publishes per second, this product and its peers in turn.</summary>
static class IngestCommand
{
    const int Window = 50;
    const int PayloadBytes = 1024;

    static readonly GatewayOptions Gateway = new();
    static readonly Option<int> Rounds = new("--rounds") { Description = "Of each target; the table has their medians", DefaultValueFactory = _ => 5 };
    static readonly Option<double> Seconds = new("--seconds") { Description = "Of each measurement", DefaultValueFactory = _ => 8 };
    static readonly Option<double> WarmUp = new("--warmup") { Description = "Seconds before each measurement", DefaultValueFactory = _ => 3 };
    static readonly Option<int[]> Publishers = new("--publishers")
    {
        Description = "How many publishers, each with 50 in flight",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [1, 8, 50],
    };

    static readonly Option<FileInfo?> Write = new("--write") { Description = "Also put the table into this document, between its ingest marks" };

    public static Command Create(TimeProvider time)
    {
        var command = new Command("ingest", "Measure QoS 1 publishes per second beside mosquitto and MQTTnet.Server") { Rounds, Seconds, WarmUp, Publishers, Write };
        Gateway.AddTo(command);
        command.SetAction((parsed, stop) => RunAsync(parsed, time, stop));
        return command;
    }

    static async Task<int> RunAsync(ParseResult parsed, TimeProvider time, CancellationToken stop)
    {
        var counts = parsed.GetRequiredValue(Publishers);
        var rounds = parsed.GetValue(Rounds);
        var plan = new LoadPlan(Window, PayloadBytes, TimeSpan.FromSeconds(parsed.GetValue(WarmUp)), TimeSpan.FromSeconds(parsed.GetValue(Seconds)));
        var work = Gateway.Work(parsed);
        await using var ours = await Gateway.PrepareAsync(parsed, counts.Max(), stop);
        ITarget[] targets = [ours, new MosquittoTarget(isStoring: false, work), new MosquittoTarget(isStoring: true, work), new MqttNetTarget()];

        var done = new List<IngestRound>();
        for (var round = 0; round < rounds; round++)
        {
            foreach (var count in counts)
            {
                for (var i = 0; i < targets.Length; i++)
                {
                    // Another one first each time: what a target leaves to the machine meets all of them alike.
                    var target = targets[(i + round) % targets.Length];
                    await using var running = await target.StartAsync(stop);
                    var result = await LoadGenerator.RunAsync("127.0.0.1", running.Port, running.Publishers(count), plan, stop);
                    done.Add(new IngestRound(count, target.Name, result));
                    Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                        $"round {round + 1}/{rounds}, {count} publishers, {target.Name}: {result.PerSecond:N0}/s, p99 {result.P99.TotalMilliseconds:F1} ms"));
                }
            }
        }

        var rows = targets.SelectMany(target => IngestRow.Of(done.Where(round => round.Target == target.Name))).ToList();
        var method = string.Create(CultureInfo.InvariantCulture,
            $"QoS 1, {PayloadBytes} bytes, {Window} in flight for each publisher, load generator on the same machine; medians of {rounds} interleaved rounds of {plan.Measured.TotalSeconds} s after {plan.WarmUp.TotalSeconds} s of warm-up.");
        var report = IngestReport.Write(rows, ours.Name, BenchEnvironment.Describe(method, time));
        Console.Out.WriteLine(report);
        if (parsed.GetValue(Write) is { } document) MarkedSection.Replace(document.FullName, "ingest", report);
        return 0;
    }
}
