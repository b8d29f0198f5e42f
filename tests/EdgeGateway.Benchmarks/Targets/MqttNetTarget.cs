using System.Globalization;
using EdgeGateway.Benchmarks.Processes;

namespace EdgeGateway.Benchmarks.Targets;

/// <summary>MQTTnet.Server whose handler does nothing, in a process of its own: what .NET takes for the protocol alone.</summary>
sealed class MqttNetTarget : ITarget
{
    public string Name => "MQTTnet.Server with an empty handler";

    public async Task<RunningTarget> StartAsync(CancellationToken cancellationToken)
    {
        var port = LoopbackPort.Free();
        var server = BenchProcess.Start(
            "dotnet", typeof(MqttNetTarget).Assembly.Location, "mqttnet", "--port", port.ToString(CultureInfo.InvariantCulture));
        try
        {
            await server.WaitForLineAsync(ReadyLine.Read, TimeSpan.FromSeconds(20), cancellationToken);
            return new RunningTarget(port, RunningTarget.Anonymous, null, [server]);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }
}
