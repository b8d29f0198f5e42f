using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeGateway.Benchmarks.Ingest;
using EdgeGateway.Benchmarks.Processes;
using EdgeGateway.Benchmarks.Targets;
using EdgeGateway.Storage.Objects;
using static EdgeGateway.Benchmarks.Processes.Rounds;

namespace EdgeGateway.Benchmarks.Objects;

/// <summary><c>object</c>: keeping one large file as an object, beside copying, syncing and <c>sha256sum</c>-ing it.</summary>
static class ObjectCommand
{
    const int BlockBytes = 1 << 20;

    static readonly Option<DirectoryInfo?> Work = new("--work") { Description = "Where the files go: the disk to measure on" };
    static readonly Option<int> Mebibytes = new("--mebibytes") { Description = "Size of the file", DefaultValueFactory = _ => 1024 };
    static readonly Option<int> Rounds = new("--rounds") { Description = "Interleaved rounds; the table has medians", DefaultValueFactory = _ => 3 };
    static readonly Option<FileInfo?> Write = new("--write") { Description = "Also put the table into this document, between its object marks" };

    public static Command Create(TimeProvider time)
    {
        var command = new Command("object", "Measure storing one large object beside writing and sha256sum-ing it") { Work, Mebibytes, Rounds, Write };
        command.SetAction((parsed, stop) => RunAsync(parsed, time, stop));
        return command;
    }

    static async Task<int> RunAsync(ParseResult parsed, TimeProvider time, CancellationToken stop)
    {
        await using var folder = TemporaryFolder.Create(parsed.GetValue(Work)?.FullName);
        var (source, copy) = (Path.Combine(folder.Path, "source"), Path.Combine(folder.Path, "copy"));
        var bytes = (long)parsed.GetValue(Mebibytes) * BlockBytes;
        await MakeAsync(source, bytes, stop);
        List<double> peer = [], product = [], withSm3 = [];
        for (var round = 0; round < parsed.GetValue(Rounds); round++)
        {
            peer.Add(await TimedAsync(() => BenchProcess.RunAsync("sh", ["-c", $"cat '{source}' > '{copy}' && sync -d '{copy}' && sha256sum '{copy}'"], stop)));
            File.Delete(copy);
            product.Add(await StoredAsync(folder.Path, source, bytes, sm3: false, stop));
            withSm3.Add(await StoredAsync(folder.Path, source, bytes, sm3: true, stop));
        }

        var (beside, ours, both) = (Median(peer), Median(product), Median(withSm3));
        var table = string.Create(CultureInfo.InvariantCulture, $"""
            | what | s | MB/s | ÷ write and sha256sum |
            |---|---:|---:|---:|
            | write, sync, sha256sum | {beside:F2} | {bytes / 1e6 / beside:N0} | 1.00 |
            | object with SHA-256 | {ours:F2} | {bytes / 1e6 / ours:N0} | {beside / ours:F2} |
            | object with SHA-256, and SM3 on a second core | {both:F2} | {bytes / 1e6 / both:N0} | {beside / both:F2} |
            """);
        var method = string.Create(CultureInfo.InvariantCulture,
            $"One file of {parsed.GetValue(Mebibytes):N0} MiB of random bytes, read from the page cache, on disk and synced at the end; medians of {parsed.GetValue(Rounds)} interleaved rounds.");
        var report = new StringBuilder(table).Append("\n\n").Append(BenchEnvironment.Describe(method, time)).Append('\n').ToString();
        Console.Out.WriteLine(report);
        if (parsed.GetValue(Write) is { } document) MarkedSection.Replace(document.FullName, "object", report);
        return 0;
    }

    static async Task<double> StoredAsync(string folder, string source, long bytes, bool sm3, CancellationToken stop)
    {
        var root = Path.Combine(folder, "objects");
        var store = ObjectStore.Open(root, sm3);
        var seconds = await TimedAsync(() => StoreAsync(store, source, bytes, stop));
        Directory.Delete(root, recursive: true);
        return seconds;
    }

    static async Task StoreAsync(ObjectStore store, string source, long bytes, CancellationToken stop)
    {
        await using var content = new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
        await store.PutAsync(content, bytes, announced: null, stop);
    }

    static async Task MakeAsync(string path, long bytes, CancellationToken stop)
    {
        var block = new byte[BlockBytes];
        await using var file = File.Create(path);
        for (; bytes > 0; bytes -= block.Length)
        {
            RandomNumberGenerator.Fill(block);
            await file.WriteAsync(block, stop);
        }
    }
}
