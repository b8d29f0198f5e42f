using System.Text;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Faults;

/// <summary>The rows.</summary>
static class FaultScenarios
{
    public static readonly IReadOnlyList<FaultScenario> All =
    [
        new("sealing", gateway => PublishAsync(gateway, 20, padding: 0)) { Settings = ["--Ledger:CheckpointInterval=1.00:00:00"] },
        new("integration", gateway => PublishAsync(gateway, 600, padding: 0)) { Settings = ["--Ledger:CheckpointInterval=00:00:01"] },
        new("checkpointing", async gateway =>
        {
            await PublishAsync(gateway, 20, padding: 0);
            await gateway.Station.RunAsync("ledger", "checkpoint");
            await PublishAsync(gateway, 20, padding: 0);
        }),
        new("objects", gateway => PublishAsync(gateway, 5, padding: 20_000)),
        new("erasing", ErasingScenario.ActAsync)
        {
            Settings = ["--Retention:Default=as-case", "--Ledger:CheckpointInterval=1.00:00:00"],
            Prepare = ErasingScenario.PrepareAsync,
            Check = ErasingScenario.CheckAsync,
        },
    ];

    /// <summary>Publishes with QoS 1, each once, until the gateway lets go of the connection; only a PUBACK counts as acknowledged.</summary>
    public static async Task PublishAsync(FaultedGateway gateway, int count, int padding)
    {
        const int puback = 4;
        var first = Guid.NewGuid().ToString("N");
        try
        {
            using var device = await MqttSocket.OpenAsync(gateway.Station.Gateway.MqttPort);
            await device.SendAsync(MqttPackets.Connect("cam-01", secret: gateway.Secret));
            if (await device.ReceiveAsync() is not { Type: 2 }) return;
            for (var n = 1; n <= count; n++)
            {
                var eventId = $"{first}-{n}";
                var payload = Encoding.UTF8.GetBytes(E2eMqtt.Event(eventId, padding));
                await device.SendAsync(MqttPackets.Publish("edgegw/v1/cam-01/event/capture", payload, id: (ushort)n));
                if (await device.ReceiveAsync() is not { Type: puback }) return;
                gateway.Acknowledged.Add(eventId);
            }
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            // The gateway stopped, as it should where it can't seal.
        }
    }
}
