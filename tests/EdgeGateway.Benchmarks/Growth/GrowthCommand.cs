using System.CommandLine;
using System.Globalization;
using System.Text;
using EdgeGateway.Benchmarks.Ingest;
using EdgeGateway.Benchmarks.Targets;
using static EdgeGateway.Benchmarks.Processes.Rounds;

namespace EdgeGateway.Benchmarks.Growth;

/// <summary><c>growth</c>: what appending, starting and idling cost as the ledger grows.</summary>
static class GrowthCommand
{
    static readonly GatewayOptions Gateway = new();
    static readonly Option<long[]> Sizes = new("--sizes")
    {
        Description = "Entries at which to measure, ascending",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [10_000, 1_000_000, 10_000_000],
    };

    static readonly Option<int> Devices = new("--devices") { Description = "Registered devices", DefaultValueFactory = _ => 1000 };
    static readonly Option<int> Starts = new("--starts") { Description = "Starts of the gateway at each size; the table has their median", DefaultValueFactory = _ => 5 };
    static readonly Option<DirectoryInfo?> Keep = new("--keep") { Description = "Grow the ledger in this new directory and keep it, to start the gateway on it by hand" };
    static readonly Option<FileInfo?> Write = new("--write") { Description = "Also put the table into this document, between its growth marks" };

    public static Command Create(TimeProvider time)
    {
        var command = new Command("growth", "Measure append, start and memory at growing sizes of the ledger") { Sizes, Devices, Starts, Keep, Write };
        Gateway.AddTo(command);
        command.SetAction((parsed, stop) => RunAsync(parsed, time, stop));
        return command;
    }

    static async Task<int> RunAsync(ParseResult parsed, TimeProvider time, CancellationToken stop)
    {
        await using var folder = TemporaryFolder.Create(Gateway.Work(parsed));
        var data = parsed.GetValue(Keep)?.FullName ?? folder.Path;
        var table = new StringBuilder("| entries | sealed per second | processor time for one, µs | start to ready, ms | idle memory, MB |\n|---:|---:|---:|---:|---:|\n");
        foreach (var size in parsed.GetRequiredValue(Sizes))
        {
            var append = await GrowingLedger.GrowAsync(data, size, parsed.GetValue(Devices), time, stop);
            var starts = new List<GatewayStart>();
            for (var i = 0; i < parsed.GetValue(Starts); i++) starts.Add(await GatewayStart.MeasureAsync(Gateway.Command(parsed), data, time, stop));
            var row = string.Create(CultureInfo.InvariantCulture,
                $"| {size:N0} | {append.PerSecond:N0} | {append.ProcessorMicroseconds:F1} | {Median(starts.Select(start => start.Milliseconds)):F0} | {Median(starts.Select(start => start.Megabytes)):F0} |\n");
            Console.Error.Write(row);
            table.Append(row);
        }

        var method = string.Create(CultureInfo.InvariantCulture,
            $"300-byte JSON events of {parsed.GetValue(Devices)} devices handed to the sealer in this process, 400 in flight, each fsynced; the last {GrowingLedger.Measured:N0} entries of each size; then the gateway ({(IsAheadOfTime(parsed) ? "published, compiled ahead of time" : "the plain build")}) started {parsed.GetValue(Starts)} times on it, and its resident memory {GatewayStart.Idle.TotalSeconds} s after.");
        var report = $"{table}\n{BenchEnvironment.Describe(method, time)}\n";
        Console.Out.WriteLine(report);
        if (parsed.GetValue(Write) is { } document) MarkedSection.Replace(document.FullName, "growth", report);
        return 0;
    }

    /// <summary>A published gateway is started by its own executable, the plain build by <c>dotnet</c>.</summary>
    static bool IsAheadOfTime(ParseResult parsed) => Path.GetFileName(Gateway.Command(parsed)[0]) == "edgegw";
}
