using System.CommandLine;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeGateway.Benchmarks.Ingest;
using EdgeGateway.Benchmarks.Processes;
using EdgeGateway.Benchmarks.Targets;
using EdgeGateway.Clocks;
using EdgeGateway.Docks;
using EdgeGateway.Gateway;
using EdgeGateway.Ingest;
using EdgeGateway.Registry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using static EdgeGateway.Benchmarks.Processes.Rounds;

namespace EdgeGateway.Benchmarks.Docks;

/// <summary><c>dock</c>: picking up the finished files of a dock, beside <c>sha256sum</c> of the same files.</summary>
static class DockCommand
{
    const int BlockBytes = 1 << 20;
    const string Profile = "recorder-dock-folder";

    static readonly Option<DirectoryInfo?> Work = new("--work") { Description = "Where the files go: the disk to measure on" };
    static readonly Option<int> Files = new("--files") { Description = "How many files", DefaultValueFactory = _ => 64 };
    static readonly Option<int> Mebibytes = new("--mebibytes") { Description = "Size of each", DefaultValueFactory = _ => 16 };
    static readonly Option<int> Rounds = new("--rounds") { Description = "Interleaved rounds; the table has medians", DefaultValueFactory = _ => 3 };
    static readonly Option<FileInfo?> Write = new("--write") { Description = "Also put the table into this document, between its dock marks" };

    public static Command Create(TimeProvider time)
    {
        var command = new Command("dock", "Measure picking up a dock's files beside sha256sum of them") { Work, Files, Mebibytes, Rounds, Write };
        command.SetAction((parsed, stop) => RunAsync(parsed, time, stop));
        return command;
    }

    static async Task<int> RunAsync(ParseResult parsed, TimeProvider time, CancellationToken stop)
    {
        await using var folder = TemporaryFolder.Create(parsed.GetValue(Work)?.FullName);
        var (dock, copy) = (Directory.CreateDirectory(Path.Combine(folder.Path, "dock")).FullName, Path.Combine(folder.Path, "copy"));
        var bytes = (long)parsed.GetValue(Files) * parsed.GetValue(Mebibytes) * BlockBytes;
        await MakeAsync(dock, parsed.GetValue(Files), parsed.GetValue(Mebibytes), stop);
        List<double> peer = [], copying = [], product = [];
        for (var round = 0; round < parsed.GetValue(Rounds); round++)
        {
            peer.Add(await TimedAsync(() => BenchProcess.RunAsync("sh", ["-c", $"sha256sum '{dock}'/*"], stop)));
            copying.Add(await TimedAsync(() => BenchProcess.RunAsync("sh", ["-c", $"cp -r '{dock}' '{copy}' && sync -f '{copy}' && sha256sum '{copy}'/*"], stop)));
            Directory.Delete(copy, recursive: true);
            product.Add(await PickedUpAsync(Path.Combine(folder.Path, $"data-{round}"), dock, time, stop));
        }

        var (beside, copied, ours) = (Median(peer), Median(copying), Median(product));
        var table = string.Create(CultureInfo.InvariantCulture, $"""
            | what | s | MB/s | ÷ sha256sum |
            |---|---:|---:|---:|
            | sha256sum | {beside:F2} | {bytes / 1e6 / beside:N0} | 1.00 |
            | copy, sync, sha256sum | {copied:F2} | {bytes / 1e6 / copied:N0} | {beside / copied:F2} |
            | listed, copied, digested, fsynced and sealed | {ours:F2} | {bytes / 1e6 / ours:N0} | {beside / ours:F2} |
            """);
        var method = string.Create(CultureInfo.InvariantCulture,
            $"{parsed.GetValue(Files)} files of {parsed.GetValue(Mebibytes)} MiB of random bytes, read from the page cache; medians of {parsed.GetValue(Rounds)} interleaved rounds.");
        var report = new StringBuilder(table).Append("\n\n").Append(BenchEnvironment.Describe(method, time)).Append('\n').ToString();
        Console.Out.WriteLine(report);
        if (parsed.GetValue(Write) is { } document) MarkedSection.Replace(document.FullName, "dock", report);
        return 0;
    }

    /// <returns>Seconds of the look that finds everything settled.</returns>
    static async Task<double> PickedUpAsync(string path, string dock, TimeProvider time, CancellationToken stop)
    {
        await using var data = await GatewayData.OpenAsync(path, GatewaySettings.Read(new ConfigurationBuilder().Build()), new SystemClock(time), time, NullLoggerFactory.Instance);
        using var registrar = new DeviceRegistrar(data);
        await registrar.AddAsync(new NewDevice("dock-1", Profile, new DevicePlace(Folder: dock), new Dictionary<string, string>()), Actor.LocalAdministrator, stop);
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var sealer = new Sealer(data.Ledger, data.Objects, new QuarantineLimit(time), new IngestMetrics(services.GetRequiredService<IMeterFactory>()), NullLogger<Sealer>.Instance);
        var pickup = new DockPickup(data.Objects, sealer, data.Ledger, data.Clock, new DockOptions(), time);
        var registered = data.Directory.Current.Find("dock-1")!;
        var device = registered with { Profile = registered.Profile with { Dock = new(TimeSpan.Zero) } };
        using var station = new DockStations(data, pickup, sealer, new DockOptions(), time, new DockEvents(NullLogger<DockEvents>.Instance)).Open(device, dock);
        await station.LookAsync(device, stop);
        var before = data.Ledger.DurableSize;
        var seconds = await TimedAsync(() => station.LookAsync(device, stop));
        var expected = Directory.GetFiles(dock).Length + 1;
        return data.Ledger.DurableSize - before == expected ? seconds : throw new InvalidOperationException($"{data.Ledger.DurableSize - before} entries were sealed and not {expected}.");
    }

    static async Task MakeAsync(string dock, int files, int mebibytes, CancellationToken stop)
    {
        var block = new byte[BlockBytes];
        for (var number = 1; number <= files; number++)
        {
            await using var file = File.Create(Path.Combine(dock, $"DSJ-X1_110023_20261127101530_{number:d4}.mp4"));
            for (var i = 0; i < mebibytes; i++)
            {
                RandomNumberGenerator.Fill(block);
                await file.WriteAsync(block, stop);
            }
        }
    }
}
