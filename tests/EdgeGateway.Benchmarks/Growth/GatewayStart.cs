using System.Globalization;
using EdgeGateway.Benchmarks.Processes;
using EdgeGateway.Benchmarks.Targets;

namespace EdgeGateway.Benchmarks.Growth;

/// <summary>One start of the gateway on a data directory: until its ready line, and what it then keeps in memory.</summary>
sealed record GatewayStart(double Milliseconds, double Megabytes)
{
    /// <summary>Between the ready line and the look at its memory.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);

    static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    public static async Task<GatewayStart> MeasureAsync(string[] command, string data, TimeProvider time, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        await using var gateway = BenchProcess.Start(
            command[0], [.. command[1..], "serve", "--data", data, "--urls", "http://127.0.0.1:0", "--Mqtt:PlainPort=0", "--Mqtt:TlsPort=0", "--Mqtt:TlsAddress=127.0.0.1"]);
        await gateway.WaitForLineAsync(ReadyLine.Read, Limit, cancellationToken);
        var milliseconds = time.GetElapsedTime(began).TotalMilliseconds;
        await Task.Delay(Idle, time, cancellationToken);
        var megabytes = ResidentKilobytes(gateway.Id) / 1024.0;
        await gateway.StopAsync(cancellationToken);
        return new GatewayStart(milliseconds, megabytes);
    }

    static long ResidentKilobytes(int process) => long.Parse(
        File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);
}
