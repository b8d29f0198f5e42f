using System.Globalization;
using EdgeGateway.Benchmarks.Load;
using EdgeGateway.Benchmarks.Processes;

namespace EdgeGateway.Benchmarks.Targets;

/// <summary>Debian's mosquitto with one QoS 1 subscriber, live or away.</summary>
/// <param name="isStoring">The subscriber is offline, and the broker keeps the messages for it on disk; else it forwards them.</param>
sealed class MosquittoTarget(bool isStoring, string? work) : ITarget
{
    const string Broker = "/usr/sbin/mosquitto";
    const string Subscriber = "bench-subscriber";

    static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(10);

    public string Name => isStoring ? "mosquitto storing for an offline subscriber (autosave 1000, no fsync)" : "mosquitto forwarding to a live subscriber";

    public async Task<RunningTarget> StartAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(Broker)) throw new LoadFailedException($"{Broker} is missing: run eng/setup.sh.");
        var folder = TemporaryFolder.Create(work);
        var port = LoopbackPort.Free();
        var configuration = Path.Combine(folder.Path, "mosquitto.conf");
        await File.WriteAllTextAsync(configuration, Configuration(port, folder.Path), cancellationToken);
        var parts = new List<IAsyncDisposable> { BenchProcess.Start(Broker, "-c", configuration), folder };
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(StartLimit);
            await LoopbackPort.WaitUntilOpenAsync(port, limit.Token);
            if (isStoring) await BenchProcess.RunAsync("mosquitto_sub", [.. Subscribe(port), "-c", "-E"], limit.Token);
            else parts.Insert(0, await SubscribeLiveAsync((BenchProcess)parts[0], port, cancellationToken));
            return new RunningTarget(port, RunningTarget.Anonymous, null, parts);
        }
        catch
        {
            foreach (var part in parts) await part.DisposeAsync();
            throw;
        }
    }

    static async Task<BenchProcess> SubscribeLiveAsync(BenchProcess broker, int port, CancellationToken cancellationToken)
    {
        // What arrives goes nowhere: reading it here would cost the machine more than the broker's own work.
        var subscriber = BenchProcess.Start("sh", "-c", $"exec mosquitto_sub {string.Join(' ', Subscribe(port).Select(word => $"'{word}'"))} > /dev/null");
        await broker.WaitForLineAsync(line => line.Contains($"{Subscriber} 1 #", StringComparison.Ordinal) ? line : null, StartLimit, cancellationToken);
        return subscriber;
    }

    static string[] Subscribe(int port) =>
        ["-h", "127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture), "-i", Subscriber, "-q", "1", "-t", "#"];

    string Configuration(int port, string folder)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"""
            listener {port} 127.0.0.1
            allow_anonymous true
            set_tcp_nodelay true
            max_inflight_messages 0
            max_queued_messages 0
            log_type error
            log_type warning
            log_type subscribe

            """);
        // Started by root it would become a user that can't write here.
        if (Environment.UserName == "root") text += "user root\n";
        return isStoring ? text + $"persistence true\npersistence_location {folder}/\nautosave_interval 1000\nautosave_on_changes true\n" : text;
    }
}
