using System.CommandLine;
using System.Globalization;
using EdgeGateway.Benchmarks.Load;

namespace EdgeGateway.Benchmarks.Ingest;

/// <summary><c>sustained</c>: how far the views fall behind the ledger at a fixed rate.</summary>
static class SustainedCommand
{
    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    static readonly GatewayOptions Gateway = new();
    static readonly Option<int> Rate = new("--rate") { Description = "Messages per second, over all publishers", DefaultValueFactory = _ => 10_000 };
    static readonly Option<double> Seconds = new("--seconds") { Description = "How long", DefaultValueFactory = _ => 30 };
    static readonly Option<int> Publishers = new("--publishers") { Description = "How many, each with 50 in flight at most", DefaultValueFactory = _ => 8 };
    static readonly Option<string> Metric = new("--metric") { Description = "The gauge to watch, in seconds", DefaultValueFactory = _ => "edgegateway_views_lag_seconds" };
    static readonly Option<FileInfo?> Write = new("--write") { Description = "Also put the result into this document, between its sustained marks" };

    public static Command Create(TimeProvider time)
    {
        var command = new Command("sustained", "Watch how far the views are behind at a fixed rate") { Rate, Seconds, Publishers, Metric, Write };
        Gateway.AddTo(command);
        command.SetAction((parsed, stop) => RunAsync(parsed, time, stop));
        return command;
    }

    static async Task<int> RunAsync(ParseResult parsed, TimeProvider time, CancellationToken stop)
    {
        var (rate, publishers, metric) = (parsed.GetValue(Rate), parsed.GetValue(Publishers), parsed.GetRequiredValue(Metric));
        var plan = new LoadPlan(50, 1024, TimeSpan.Zero, TimeSpan.FromSeconds(parsed.GetValue(Seconds)), rate);
        await using var target = await Gateway.PrepareAsync(parsed, publishers, stop);
        await using var running = await target.StartAsync(stop);
        if (running.HttpPort is not { } http) throw new LoadFailedException("the gateway named no HTTP port to read its metrics from");

        using var metrics = new GatewayMetrics(http, metric);
        await metrics.ReadAsync(stop);
        using var polling = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var watching = WatchAsync(metrics, polling.Token);
        var result = await LoadGenerator.RunAsync("127.0.0.1", running.Port, running.Publishers(publishers), plan, stop);
        await polling.CancelAsync();
        var greatest = Math.Max(await watching, await metrics.ReadAsync(stop));

        var line = string.Create(CultureInfo.InvariantCulture,
            $"{result.PerSecond:N0} messages/s acknowledged of {rate:N0}/s offered, p50 {result.Median.TotalMilliseconds:F1} ms, p99 {result.P99.TotalMilliseconds:F1} ms; views at most {greatest:F2} s behind ({metric}).");
        var method = string.Create(CultureInfo.InvariantCulture, $"{plan.Measured.TotalSeconds} s, QoS 1, {plan.PayloadBytes} bytes, {publishers} publishers.");
        var report = $"{line}\n\n{BenchEnvironment.Describe(method, time)}";
        Console.Out.WriteLine(report);
        if (parsed.GetValue(Write) is { } document) MarkedSection.Replace(document.FullName, "sustained", report);
        return 0;
    }

    /// <summary>Reads until cancelled; returns the greatest value seen.</summary>
    static async Task<double> WatchAsync(GatewayMetrics metrics, CancellationToken cancellationToken)
    {
        var greatest = 0.0;
        using var timer = new PeriodicTimer(Poll);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken)) greatest = Math.Max(greatest, await metrics.ReadAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            // The load has ended.
        }

        return greatest;
    }
}
