using System.Text;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>Clients that send what they should not, and what it costs.</summary>
[Collection(AloneCollection.Name)]
public sealed class HostileClientTests
{
    const long Mebibyte = 1 << 20;

    [Fact]
    public async Task After_a_thousand_malformed_packets_and_a_thousand_undecodable_payloads_the_next_good_one_is_sealed_at_once()
    {
        await using var station = await E2eStation.StartedAsync();
        var camera = await station.AddDeviceAsync("cam-01");
        var dock = await station.AddDeviceAsync("dock-01", "recorder-dock-mqtt");
        var port = station.Gateway.MqttPort;
        var random = new Random(20261122);

        using (var first = await E2eMqtt.SignInAsync(port, "cam-01", camera)) await first.PublishAsync("edgegw/v1/cam-01/event/capture", Good("before"));
        for (var n = 0; n < 1000; n++) await SendMalformedAsync(port, camera, random, n);
        var before = station.Gateway.ResidentBytes;

        using (var garbage = await E2eMqtt.SignInAsync(port, "dock-01", dock))
        {
            for (ushort n = 1; n <= 1000; n++)
            {
                var payload = new byte[random.Next(1, 2000)];
                random.NextBytes(payload);
                payload[0] = (byte)'{';
                await garbage.PublishAsync("edgegw/v1/dock-01/event/alarm", payload, n);
            }
        }

        using var last = await E2eMqtt.SignInAsync(port, "cam-01", camera);
        var start = TimeProvider.System.GetTimestamp();
        await last.PublishAsync("edgegw/v1/cam-01/event/capture", Good("after"));
        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.InRange(station.Gateway.ResidentBytes, 0, before + 100 * Mebibyte);

        var undecodable = await station.EvidenceAsync("--device", "dock-01", "--kind", "evidence");
        Assert.Equal(1000, undecodable.Count);
        Assert.All(undecodable, item => Assert.Equal("failed", item.GetProperty("parse").GetString()));
        var good = await station.EvidenceAsync("--device", "cam-01", "--kind", "evidence");
        Assert.Equal(["before", "after"], good.Select(item => item.GetProperty("eventId").GetString()));
        Assert.Equal(0, await station.Gateway.StopAsync());
        await station.AssertVerifiesAsync("--objects");
    }

    [Fact]
    public async Task A_stranger_that_claims_256_MB_costs_no_memory()
    {
        await using var station = await E2eStation.StartedAsync();
        var port = station.Gateway.MqttPort;
        await ClaimAsync(port);
        var before = station.Gateway.ResidentBytes;

        for (var n = 0; n < 20; n++) await ClaimAsync(port);

        Assert.InRange(station.Gateway.ResidentBytes - before, long.MinValue, 16 * Mebibyte);
    }

    /// <summary>A CONNECT of the largest length that MQTT can say, and as much of it as the broker will take.</summary>
    static async Task ClaimAsync(int port)
    {
        using var stranger = await MqttSocket.OpenAsync(port);
        await stranger.TrySendAsync([0x10, 0xFF, 0xFF, 0xFF, 0x7F, .. MqttPackets.Connect("cam-01")[2..], .. new byte[64 * 1024]]);
        Assert.True(await stranger.ReceiveAsync() is null or { Type: not 2 });
    }

    /// <summary>Before or after signing in, a packet with some of its bytes changed or cut off; the broker may answer, close or wait.</summary>
    static async Task SendMalformedAsync(int port, string secret, Random random, int n)
    {
        using var socket = await MqttSocket.OpenAsync(port);
        var connect = MqttPackets.Connect("cam-01", secret: secret);
        if (n % 2 == 0)
        {
            await socket.TrySendAsync(Damage(connect, random));
        }
        else
        {
            await socket.TrySendAsync(connect);
            Assert.Equal(2, (await socket.ReceiveAsync())?.Type);
            await socket.TrySendAsync(Damage(MqttPackets.Publish("edgegw/v1/cam-01/event/capture", Good($"bad-{n}"), id: 1), random));
        }
    }

    /// <summary>The length of the topic, of the packet or the packet's own type no longer fits.</summary>
    static byte[] Damage(byte[] packet, Random random)
    {
        var damaged = packet.ToArray();
        switch (random.Next(4))
        {
            case 0: damaged[0] = (byte)(0x0F | random.Next(16) << 4); break;
            case 1: damaged[1] = damaged[2] = damaged[3] = damaged[4] = 0xFF; break;
            case 2: damaged = damaged[..random.Next(1, damaged.Length - 1)]; break;
            default: random.NextBytes(damaged.AsSpan(packet[0] >> 4 == 1 ? 2 : 3, 2)); break;
        }

        return damaged;
    }

    static byte[] Good(string eventId) => Encoding.UTF8.GetBytes(E2eMqtt.Event(eventId));
}
