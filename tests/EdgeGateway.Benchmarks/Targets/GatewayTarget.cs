using System.Globalization;
using System.Text.Json;
using EdgeGateway.Benchmarks.Load;
using EdgeGateway.Benchmarks.Processes;

namespace EdgeGateway.Benchmarks.Targets;

/// <summary>
/// This product, as a process: seals and fsyncs each message before it acknowledges it. Devices are registered once; each
/// start has a copy of that data directory.
/// </summary>
sealed class GatewayTarget : ITarget, IAsyncDisposable
{
    static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    readonly IReadOnlyList<string> _edgegw;
    readonly string? _work;
    readonly TemporaryFolder _template;
    readonly IReadOnlyList<PublisherIdentity> _publishers;

    GatewayTarget(IReadOnlyList<string> edgegw, string? work, TemporaryFolder template, IReadOnlyList<PublisherIdentity> publishers) =>
        (_edgegw, _work, _template, _publishers) = (edgegw, work, template, publishers);

    public string Name => "EdgeGateway: sealed and fsynced before PUBACK";

    /// <summary>Registers as many devices as there will be publishers at most.</summary>
    /// <param name="edgegw">The product's command, as words.</param>
    /// <param name="topic">With <c>{device}</c> in it.</param>
    public static async Task<GatewayTarget> PrepareAsync(
        IReadOnlyList<string> edgegw, string? work, int publishers, string profile, string topic, CancellationToken cancellationToken)
    {
        var template = TemporaryFolder.Create(work);
        try
        {
            var identities = new List<PublisherIdentity>();
            await using var gateway = Serve(edgegw, template.Path);
            await gateway.WaitForLineAsync(ReadyLine.Read, StartLimit, cancellationToken);
            for (var i = 0; i < publishers; i++)
            {
                var id = string.Create(CultureInfo.InvariantCulture, $"bench-{i}");
                string[] arguments = ["device", "add", "--id", id, "--profile", profile, "--data", template.Path, "--json"];
                var printed = await BenchProcess.RunAsync(edgegw[0], [.. edgegw.Skip(1), .. arguments], cancellationToken);
                var secret = JsonDocument.Parse(printed).RootElement.GetProperty("secret").GetString();
                identities.Add(new PublisherIdentity(id, secret, topic.Replace("{device}", id, StringComparison.Ordinal)));
            }

            await gateway.StopAsync(cancellationToken);
            return new GatewayTarget(edgegw, work, template, identities);
        }
        catch
        {
            await template.DisposeAsync();
            throw;
        }
    }

    public async Task<RunningTarget> StartAsync(CancellationToken cancellationToken)
    {
        var folder = TemporaryFolder.Create(_work);
        var data = Path.Combine(folder.Path, "data");
        await BenchProcess.RunAsync("cp", ["-a", _template.Path, data], cancellationToken);
        var gateway = Serve(_edgegw, data);
        try
        {
            var ready = await gateway.WaitForLineAsync(ReadyLine.Read, StartLimit, cancellationToken);
            return new RunningTarget(ready.MqttPort, number => _publishers[number], ready.HttpPort, [gateway, folder]);
        }
        catch
        {
            await gateway.DisposeAsync();
            await folder.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _template.DisposeAsync();

    static BenchProcess Serve(IReadOnlyList<string> edgegw, string data) => BenchProcess.Start(
        edgegw[0],
        [.. edgegw.Skip(1), "serve", "--data", data, "--urls", "http://127.0.0.1:0", "--Mqtt:PlainPort=0", "--Mqtt:TlsPort=off"]);
}
