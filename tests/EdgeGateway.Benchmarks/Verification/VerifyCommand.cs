using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using EdgeGateway.Benchmarks.Growth;
using EdgeGateway.Benchmarks.Ingest;
using EdgeGateway.Benchmarks.Processes;
using EdgeGateway.Benchmarks.Targets;
using static EdgeGateway.Benchmarks.Processes.Rounds;

namespace EdgeGateway.Benchmarks.Verification;

/// <summary><c>verify</c>: reading a whole ledger and proving it, beside <c>sha256sum</c> of the same bytes.</summary>
static class VerifyCommand
{
    static readonly GatewayOptions Gateway = new();
    static readonly Option<long> Entries = new("--entries") { Description = "Entries of the ledger", DefaultValueFactory = _ => 1_000_000 };
    static readonly Option<int> Rounds = new("--rounds") { Description = "Interleaved rounds; the table has medians", DefaultValueFactory = _ => 5 };
    const int Media = 4;
    const int MediaBytes = 64 << 20;

    static readonly Option<FileInfo?> Write = new("--write") { Description = "Also put the table into this document, between its verify marks" };

    public static Command Create(TimeProvider time)
    {
        var command = new Command("verify", "Measure ledger verify beside sha256sum of the same bytes") { Entries, Rounds, Write };
        Gateway.AddTo(command);
        command.SetAction((parsed, stop) => RunAsync(parsed, time, stop));
        return command;
    }

    static async Task<int> RunAsync(ParseResult parsed, TimeProvider time, CancellationToken stop)
    {
        await using var folder = TemporaryFolder.Create(Gateway.Work(parsed));
        await GrowingLedger.GrowAsync(folder.Path, parsed.GetValue(Entries), 1000, time, stop);
        var first = await GrowingLedger.AddMediaAsync(folder.Path, Media, MediaBytes, time, stop);
        var edgegw = Gateway.Command(parsed);
        await using var beside = TemporaryFolder.Create(Gateway.Work(parsed));
        var (bag, policy) = (Path.Combine(beside.Path, "bag"), Path.Combine(beside.Path, "policy"));
        await File.WriteAllTextAsync(policy, $"log {(await File.ReadAllTextAsync(Path.Combine(folder.Path, "keys", "ledger.vkey"), stop)).Trim()}\nquorum none\n", stop);
        await BenchProcess.RunAsync(
            edgegw[0], [.. edgegw[1..], "evidence", "export", $"{first - 100}-{first + Media - 1}", "--out", bag, "--case", "bench", "--reason", "bench", "--data", folder.Path], stop);
        var tiles = Path.Combine(folder.Path, "ledger", "tile");
        var cores = Environment.ProcessorCount;
        var contestants = new List<Contestant>
        {
            Sums("sha256sum, one process", tiles, 1),
            Sums($"sha256sum, {cores} processes", tiles, cores),
            new("edgegw ledger verify", tiles, [.. edgegw, "ledger", "verify", "--data", folder.Path]),
            new("edgegw ledger verify --dir (a log of anyone)", tiles,
                [.. edgegw, "ledger", "verify", "--dir", Path.Combine(folder.Path, "ledger"), "--key", Path.Combine(folder.Path, "keys", "ledger.vkey")]),
            Sums("sha256sum of a bag, one process", bag, 1),
            new("edgegw evidence verify of that bag", bag, [.. edgegw, "evidence", "verify", bag, "--policy", policy]),
        };

        var seconds = contestants.ToDictionary(contestant => contestant, _ => new List<double>());
        for (var round = 0; round < parsed.GetValue(Rounds); round++)
        {
            foreach (var contestant in contestants)
            {
                var start = Stopwatch.GetTimestamp();
                await BenchProcess.RunAsync(contestant.Command[0], contestant.Command[1..], stop);
                seconds[contestant].Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }

        var table = new StringBuilder($"| program | s | MB/s | ÷ sha256sum, one process | ÷ sha256sum, {cores} processes |\n|---|---:|---:|---:|---:|\n");
        foreach (var contestant in contestants)
        {
            var bytes = new DirectoryInfo(contestant.Folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
            var median = Median(seconds[contestant]);
            var one = contestants.First(other => other.Folder == contestant.Folder);
            var all = contestants.FirstOrDefault(other => other.Folder == contestant.Folder && other.Name == contestants[1].Name);
            table.Append(CultureInfo.InvariantCulture,
                $"| {contestant.Name} | {median:F2} | {bytes / 1e6 / median:N0} | {Median(seconds[one]) / median:F2} | {(all is null ? "" : (Median(seconds[all]) / median).ToString("F2", CultureInfo.InvariantCulture))} |\n");
        }

        var method = string.Create(CultureInfo.InvariantCulture,
            $"A ledger of {parsed.GetValue(Entries):N0} entries, its tiles and bundles in the page cache; a bag of 100 messages and {Media} media of {MediaBytes >> 20} MiB; whole programs with their start; medians of {parsed.GetValue(Rounds)} interleaved rounds.");
        var report = $"{table}\n{BenchEnvironment.Describe(method, time)}\n";
        Console.Out.WriteLine(report);
        if (parsed.GetValue(Write) is { } document) MarkedSection.Replace(document.FullName, "verify", report);
        return 0;
    }

    static Contestant Sums(string name, string folder, int processes) => new(name, folder,
        ["sh", "-c", $"find '{folder}' -type f -print0 | xargs -0 -n 256 -P {processes.ToString(CultureInfo.InvariantCulture)} sha256sum > /dev/null"]);

    sealed record Contestant(string Name, string Folder, string[] Command);
}
