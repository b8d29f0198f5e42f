using System.Text;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>A device that was away for long sends all that it kept, as fast as it can.</summary>
public sealed class BacklogTests
{
    const int PubAck = 4;

    [Fact]
    [Trait("Ask", "Backlog must not starve live")]
    public async Task While_one_device_sends_its_backlog_another_s_live_messages_are_acknowledged_in_between()
    {
        const int backlog = 8000;
        await using var station = await E2eStation.StartedAsync();
        using var away = await E2eMqtt.SignInAsync(station.Gateway.MqttPort, "cam-01", await station.AddDeviceAsync("cam-01"));
        using var live = await E2eMqtt.SignInAsync(station.Gateway.MqttPort, "cam-02", await station.AddDeviceAsync("cam-02"));
        var acknowledged = 0;
        var sending = SendAsync(away, "cam-01", backlog, () => Interlocked.Increment(ref acknowledged));
        var between = new List<int>();
        for (ushort n = 1; n <= 20; n++)
        {
            var before = Volatile.Read(ref acknowledged);
            await live.PublishAsync("edgegw/v1/cam-02/event/capture", Encoding.UTF8.GetBytes(E2eMqtt.Event($"live-{n}")), n);
            between.Add(Volatile.Read(ref acknowledged) - before);
        }

        Assert.True(Volatile.Read(ref acknowledged) < backlog, "The live messages were acknowledged only after the backlog.");
        await sending;

        // A live message waits for what was on its way before it, and never for the backlog.
        Assert.InRange(between.Max(), 0, backlog / 4);
        Assert.Equal(20, (await station.EvidenceAsync("--device", "cam-02")).Count);
        Assert.Equal(backlog, (await station.EvidenceAsync("--device", "cam-01")).Count);
    }

    // A link that is cut in silence tells neither side: the old connection stays open, and what was acknowledged on it never arrives.
    [Fact]
    [Trait("Ask", "No row deleted before receipt")]
    public async Task A_link_that_is_cut_in_silence_during_a_backlog_loses_nothing_and_doubles_nothing()
    {
        const int backlog = 3000;
        await using var station = await E2eStation.StartedAsync();
        var secret = await station.AddDeviceAsync("cam-01");
        using var cut = await E2eMqtt.SignInAsync(station.Gateway.MqttPort, "cam-01", secret);
        for (var n = 0; n < backlog / 2; n++) await cut.SendAsync(Old(n));
        for (var n = 0; n < backlog / 4; n++) await cut.AcknowledgedAsync((ushort)(1 + n));

        // From here on nothing reaches the device: it keeps all that it has no acknowledgement of, and sends that again.
        using var again = await E2eMqtt.SignInAsync(station.Gateway.MqttPort, "cam-01", secret);
        const int window = 100;
        for (var n = backlog / 4; n < backlog + window; n++)
        {
            if (n < backlog) await again.SendAsync(Old(n));
            if (n >= backlog / 4 + window) await again.AcknowledgedAsync((ushort)(1 + n - window));
        }

        var ids = (await station.EvidenceAsync("--device", "cam-01")).Select(item => item.GetProperty("eventId").GetString()!).ToList();
        Assert.Equal(Enumerable.Range(0, backlog).Select(n => $"old-{n}").Order(StringComparer.Ordinal), ids.Order(StringComparer.Ordinal));
        await station.AssertVerifiesAsync();

        static byte[] Old(int n) => MqttPackets.Publish("edgegw/v1/cam-01/event/capture", Encoding.UTF8.GetBytes(E2eMqtt.Event($"old-{n}")), id: (ushort)(1 + n));
    }

    [Fact, Trait("Speed", "Slow")]
    [Trait("Ask", "Backlog replay must not blow memory")]
    public async Task A_backlog_of_a_million_messages_takes_no_more_memory_at_its_end_than_at_its_beginning()
    {
        const int backlog = 1_000_000;
        await using var station = await E2eStation.StartedAsync();
        using var away = await E2eMqtt.SignInAsync(station.Gateway.MqttPort, "cam-01", await station.AddDeviceAsync("cam-01"));
        var (acknowledged, sizes) = (0, new List<long>());
        await SendAsync(away, "cam-01", backlog, () =>
        {
            if (++acknowledged % (backlog / 10) == 0) sizes.Add(station.Gateway.ResidentBytes >> 20);
        });

        // The first tenth fills what is bounded: the window of repeats, buffers, compiled code.
        Assert.True(sizes[^1] <= sizes[0] + 150, $"Resident, in MB, after each tenth: {string.Join(", ", sizes)}");
        var code = await station.Gateway.StopAsync();
        Assert.True(code == 0, $"{code}: {station.Gateway.Log}");
        await station.AssertVerifiesAsync();
    }

    /// <summary>With up to 100 messages on their way.</summary>
    static async Task SendAsync(MqttSocket socket, string device, int count, Action acknowledged)
    {
        const int window = 100;
        using var places = new SemaphoreSlim(window);
        var receiving = Task.Run(async () =>
        {
            for (var n = 0; n < count; n++)
            {
                Assert.Equal(PubAck, (await socket.ReceiveAsync())!.Type);
                acknowledged();
                places.Release();
            }
        });
        for (var n = 0; n < count; n++)
        {
            await places.WaitAsync(TimeSpan.FromSeconds(60));
            await socket.SendAsync(MqttPackets.Publish($"edgegw/v1/{device}/event/capture", Encoding.UTF8.GetBytes(E2eMqtt.Event($"old-{n}")), id: (ushort)(1 + n % 60_000)));
        }

        await receiving;
    }
}
