using System.CommandLine;
using System.Globalization;
using System.Net;
using MQTTnet.Server;

namespace EdgeGateway.Benchmarks.Targets;

/// <summary><c>mqttnet</c>: the child process of <see cref="MqttNetTarget"/>.</summary>
static class MqttNetCommand
{
    public static Command Create()
    {
        var port = new Option<int>("--port") { Description = "Where to listen, on loopback", Required = true };
        var command = new Command("mqttnet", "Run MQTTnet.Server with an empty handler until ended") { port };
        command.SetAction((parsed, stop) => RunAsync(parsed.GetRequiredValue(port), stop));
        return command;
    }

    static async Task<int> RunAsync(int port, CancellationToken stop)
    {
        var factory = new MqttServerFactory();
        var options = factory.CreateServerOptionsBuilder()
            .WithDefaultEndpoint()
            .WithDefaultEndpointBoundIPAddress(IPAddress.Loopback)
            .WithDefaultEndpointBoundIPV6Address(IPAddress.None)
            .WithDefaultEndpointPort(port)
            .Build();
        using var server = factory.CreateMqttServer(options);
        server.InterceptingPublishAsync += _ => Task.CompletedTask;
        await server.StartAsync();
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $$"""{"ready":true,"mqtt":{{port}}}"""));
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, stop);
        }
        catch (OperationCanceledException)
        {
            await server.StopAsync();
        }

        return 0;
    }
}
