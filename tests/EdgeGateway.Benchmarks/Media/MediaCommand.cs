using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeGateway.Benchmarks.Ingest;
using EdgeGateway.Benchmarks.Processes;
using EdgeGateway.Benchmarks.Targets;
using static EdgeGateway.Benchmarks.Processes.Rounds;

namespace EdgeGateway.Benchmarks.Media;

/// <summary><c>media</c>: one large object in chunks over MQTT, from manifest to receipt, beside writing and <c>sha256sum</c>-ing the same file.</summary>
static class MediaCommand
{
    const int BlockBytes = 1 << 20;
    const int ChunkBytes = 256 * 1024;
    const string Profile = "camera-mqtt";

    static readonly Option<DirectoryInfo?> Work = new("--work") { Description = "Where the files go: the disk to measure on" };
    static readonly Option<int> Mebibytes = new("--mebibytes") { Description = "Size of the object", DefaultValueFactory = _ => 1024 };
    static readonly Option<int> Rounds = new("--rounds") { Description = "Interleaved rounds; the table has medians", DefaultValueFactory = _ => 3 };
    static readonly Option<FileInfo?> Write = new("--write") { Description = "Also put the table into this document, between its media marks" };

    public static Command Create(TimeProvider time)
    {
        var command = new Command("media", "Measure media in chunks over MQTT beside writing and sha256sum-ing it") { Work, Mebibytes, Rounds, Write };
        command.SetAction((parsed, stop) => RunAsync(parsed, time, stop));
        return command;
    }

    static async Task<int> RunAsync(ParseResult parsed, TimeProvider time, CancellationToken stop)
    {
        var work = parsed.GetValue(Work)?.FullName;
        await using var folder = TemporaryFolder.Create(work);
        var (source, copy) = (Path.Combine(folder.Path, "source"), Path.Combine(folder.Path, "copy"));
        var bytes = (long)parsed.GetValue(Mebibytes) * BlockBytes;
        var sha256 = await MakeAsync(source, bytes, stop);
        string[] edgegw = ["dotnet", GatewayOptions.BuildBesideThis()];
        await using var target = await GatewayTarget.PrepareAsync(edgegw, work, 1, Profile, "", stop);
        List<double> peer = [], product = [];
        for (var round = 0; round < parsed.GetValue(Rounds); round++)
        {
            peer.Add(await TimedAsync(() => BenchProcess.RunAsync("sh", ["-c", $"cat '{source}' > '{copy}' && sync -d '{copy}' && sha256sum '{copy}'"], stop)));
            File.Delete(copy);
            await using var running = await target.StartAsync(stop);
            var identity = running.Identity(0);
            using var device = await UploadConnection.OpenAsync(running.Port, identity, stop);
            product.Add(await TimedAsync(() => device.UploadAsync(identity.ClientId, "bench", source, sha256, ChunkBytes, stop)));
        }

        var (beside, ours) = (Median(peer), Median(product));
        var table = string.Create(CultureInfo.InvariantCulture, $"""
            | what | s | MB/s | ÷ write and sha256sum |
            |---|---:|---:|---:|
            | write, sync, sha256sum | {beside:F2} | {bytes / 1e6 / beside:N0} | 1.00 |
            | over MQTT in chunks of 256 KiB, from manifest to receipt | {ours:F2} | {bytes / 1e6 / ours:N0} | {beside / ours:F2} |
            """);
        var method = string.Create(CultureInfo.InvariantCulture,
            $"One object of {parsed.GetValue(Mebibytes):N0} MiB of random bytes, read from the page cache and sent by one device, 128 chunks ahead of their acknowledgements, on the same machine; every chunk fsynced before its PUBACK, the whole read back for its digest, sealed; medians of {parsed.GetValue(Rounds)} interleaved rounds.");
        var report = new StringBuilder(table).Append("\n\n").Append(BenchEnvironment.Describe(method, time)).Append('\n').ToString();
        Console.Out.WriteLine(report);
        if (parsed.GetValue(Write) is { } document) MarkedSection.Replace(document.FullName, "media", report);
        return 0;
    }

    static async Task<string> MakeAsync(string path, long bytes, CancellationToken stop)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new byte[BlockBytes];
        await using var file = File.Create(path);
        for (; bytes > 0; bytes -= block.Length)
        {
            RandomNumberGenerator.Fill(block);
            digest.AppendData(block);
            await file.WriteAsync(block, stop);
        }

        return Convert.ToHexStringLower(digest.GetHashAndReset());
    }
}
