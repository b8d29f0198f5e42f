using EdgeGateway.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace EdgeGateway.Tests.Devices.Mqtt;

public sealed class ConnectionLimitTests
{
    const string Topic = "edgegw/v1/cam-1/event/x";

    [Fact]
    public async Task A_stranger_who_claims_256_MB_is_cut_off_and_costs_no_memory()
    {
        await using var gateway = await MqttGateway.StartAsync();
        using var good = await gateway.SignInAsync();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var strangers = new List<MqttSocket>();
        for (var i = 0; i < 100; i++)
        {
            var stranger = await gateway.OpenAsync();
            strangers.Add(stranger);
            await stranger.TrySendAsync([0x10, 0xFF, 0xFF, 0xFF, 0x7F, .. new byte[32 * 1024]]);
        }

        foreach (var stranger in strangers) Assert.Null(await stranger.ReceiveAsync());
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 8 * 1024 * 1024);
        foreach (var stranger in strangers) stranger.Dispose();

        await good.PublishAsync(Topic, "good");
        Assert.Equal("40 0001", (await good.ReceiveAsync())!.ToString());
    }

    [Theory]
    [InlineData("10ffffffff01")] // five bytes of length
    [InlineData("10818001")] // 16 KiB and one byte
    [InlineData("3000")] // not a CONNECT
    [InlineData("2000")] // not from a client
    [InlineData("1000")] // empty
    [InlineData("474554202f20485454502f312e310d0a")] // HTTP
    [InlineData("16030100c5010000c1030368")] // TLS
    public async Task What_is_no_sign_in_is_closed(string hex)
    {
        await using var gateway = await MqttGateway.StartAsync();
        using var stranger = await gateway.OpenAsync();
        await stranger.TrySendAsync(Convert.FromHexString(hex));
        var answer = await stranger.ReceiveAsync();
        if (hex == "1000") Assert.Equal("20 0001", answer!.ToString());
        else Assert.Null(answer);
    }

    [Fact]
    public async Task Who_does_not_sign_in_in_time_is_cut_off()
    {
        var time = new FakeTimeProvider();
        await using var gateway = await MqttGateway.StartAsync(new MqttSealer(), time, []);
        using var silent = await gateway.OpenAsync();
        using var slow = await gateway.OpenAsync();
        await slow.SendAsync(MqttPackets.Connect("cam-1")[..10]);
        Assert.Null(await MqttTime.AdvanceUntilAsync(time, silent.ReceiveAsync()));
        Assert.Null(await MqttTime.AdvanceUntilAsync(time, slow.ReceiveAsync()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_is_silent_for_longer_than_announced_is_cut_off(bool version5)
    {
        var time = new FakeTimeProvider();
        await using var gateway = await MqttGateway.StartAsync(new MqttSealer(), time, []);
        using var device = await gateway.SignInAsync(version5: version5, keepAlive: 60);
        using var lasting = await gateway.SignInAsync("cam-2");
        var start = time.GetUtcNow();
        var answer = await MqttTime.AdvanceUntilAsync(time, device.ReceiveAsync());
        if (version5) Assert.StartsWith("e0 8d", answer!.ToString(), StringComparison.Ordinal);
        else Assert.Null(answer);
        Assert.InRange(time.GetUtcNow() - start, TimeSpan.FromSeconds(90), TimeSpan.MaxValue);

        await lasting.SendAsync(0xC0, 0);
        Assert.Equal("d0 ", (await lasting.ReceiveAsync())!.ToString());
    }

    [Fact]
    public async Task Packets_keep_a_connection_alive()
    {
        var time = new FakeTimeProvider();
        await using var gateway = await MqttGateway.StartAsync(new MqttSealer(), time, []);
        using var device = await gateway.SignInAsync(keepAlive: 60);
        for (var i = 0; i < 10; i++)
        {
            time.Advance(TimeSpan.FromSeconds(60));
            await device.SendAsync(0xC0, 0);
            Assert.Equal("d0 ", (await device.ReceiveAsync())!.ToString());
        }
    }

    [Fact]
    public async Task More_connections_than_allowed_are_closed()
    {
        await using var gateway = await MqttGateway.StartAsync("Mqtt:MaximumConnections=2");
        using var refused = gateway.Count("edgegateway.mqtt.connections.refused");
        using var first = await gateway.SignInAsync("cam-1");
        using var second = await gateway.SignInAsync("cam-2");
        using var third = await gateway.OpenAsync();
        Assert.Null(await third.ReceiveAsync());
        Assert.Equal(["reason=limit"], refused.Labels);
    }

    [Fact]
    public async Task At_the_limit_the_oldest_stranger_makes_room()
    {
        await using var gateway = await MqttGateway.StartAsync("Mqtt:MaximumConnections=3");
        using var connections = gateway.Count("edgegateway.mqtt.connections");
        using var first = await gateway.SignInAsync("cam-1");
        using var older = await OpenInTurnAsync(gateway, connections);
        using var newer = await OpenInTurnAsync(gateway, connections);
        using var second = await gateway.SignInAsync("cam-2");
        Assert.Null(await older.ReceiveAsync());
        Assert.True(newer.IsSilent);
        await PingAsync(first);
        await PingAsync(second);
    }

    [Fact]
    public async Task A_flood_of_idle_connections_does_not_keep_a_device_out()
    {
        // Time stands still: nobody is closed for not having signed in yet.
        await using var gateway = await MqttGateway.StartAsync(new MqttSealer(), new FakeTimeProvider(), ["Mqtt:MaximumStrangers=256"]);
        using var connections = gateway.Count("edgegateway.mqtt.connections");
        using var refused = gateway.Count("edgegateway.mqtt.connections.refused");
        using var before = await gateway.SignInAsync("cam-1");
        var idle = new List<MqttSocket>();
        for (var i = 0; i < 600; i++) idle.Add(await OpenInTurnAsync(gateway, connections));

        using var device = await gateway.SignInAsync("cam-2");
        await PingAsync(device);
        await PingAsync(before);
        // 256 may stay, and the device was one of them until it had signed in: 345 yielded, the oldest first.
        for (var i = 0; i < 345; i++) Assert.Null(await idle[i].ReceiveAsync());
        Assert.All(idle.Skip(345), stranger => Assert.True(stranger.IsSilent));
        Assert.Equal(345, refused.Sum);
        Assert.All(refused.Labels, label => Assert.Equal("reason=strangers", label));
        foreach (var stranger in idle) stranger.Dispose();
    }

    [Fact]
    public async Task Strangers_leave_room_for_devices()
    {
        await using var gateway = await MqttGateway.StartAsync("Mqtt:MaximumStrangers=2");
        using var device = await gateway.SignInAsync("cam-1");
        using var connections = gateway.Count("edgegateway.mqtt.connections");
        using var stranger1 = await OpenInTurnAsync(gateway, connections);
        using var stranger2 = await OpenInTurnAsync(gateway, connections);
        using var stranger3 = await OpenInTurnAsync(gateway, connections);
        Assert.Null(await stranger1.ReceiveAsync());

        await PingAsync(device);
        await stranger2.SendAsync(MqttPackets.Connect("cam-2"));
        Assert.Equal("20 0000", (await stranger2.ReceiveAsync())!.ToString());
        Assert.True(stranger3.IsSilent);
    }

    [Fact]
    public async Task A_full_queue_slows_the_publisher_and_memory_stays_bounded()
    {
        await using var gateway = await MqttGateway.StartAsync();
        using var device = await gateway.SignInAsync();
        await device.PublishAsync(Topic, "before");
        Assert.Equal("40 0001", (await device.ReceiveAsync())!.ToString());

        gateway.Sealer.Fill();
        var packet = MqttPackets.Publish(Topic, new byte[1024]);
        var sent = await device.SendUntilFullAsync(packet, maximum: 256 * 1024 * 1024);
        await gateway.Sealer.SomeoneWaits;
        // What the kernel and Kestrel hold; one message only is in the broker.
        Assert.InRange(sent, 1, 64 * 1024 * 1024);
        Assert.Equal((1, 1), (gateway.Sealer.Waiting, gateway.Sealer.Accepted));

        gateway.Sealer.MakeRoom();
        for (var i = 0; i < 50; i++) Assert.Equal("40 0001", (await device.ReceiveAsync())!.ToString());
    }

    [Fact]
    public async Task A_queue_that_stays_full_is_told_after_the_seal_wait()
    {
        var time = new FakeTimeProvider();
        await using var gateway = await MqttGateway.StartAsync(new MqttSealer(), time, []);
        using var device = await gateway.SignInAsync(version5: true);
        gateway.Sealer.Fill();
        await device.PublishAsync(Topic, "x");
        var answer = await MqttTime.AdvanceUntilAsync(time, device.ReceiveAsync());
        Assert.StartsWith("e0 89", answer!.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, gateway.Sealer.Accepted);
    }

    [Fact]
    public async Task Publishes_beyond_the_receive_maximum_wait_for_the_seals_of_the_others()
    {
        await using var gateway = await MqttGateway.StartAsync(
            new MqttSealer { SealsAtOnce = false }, TimeProvider.System, ["Mqtt:ReceiveMaximum=4"]);
        using var device = await gateway.SignInAsync();
        for (ushort id = 1; id <= 20; id++) await device.PublishAsync(Topic, $"{id}", id: id);

        // One has left the line and waits for its seal, four stand in it, one waits for a place.
        var submissions = new List<MqttSealer.Submission>();
        for (var i = 0; i < 6; i++) submissions.Add(await gateway.Sealer.NextAsync());
        Assert.Equal(6, gateway.Sealer.Accepted);

        for (var i = 0; i < 20; i++)
        {
            submissions[i].Outcome.SetResult(MqttSealer.Sealed(i));
            Assert.Equal(i + 1, (await device.ReceiveAsync())!.Id);
            if (submissions.Count < 20) submissions.Add(await gateway.Sealer.NextAsync());
        }
    }

    [Fact]
    public async Task A_client_that_pings_and_never_reads_is_not_read_from_either()
    {
        await using var gateway = await MqttGateway.StartAsync();
        using var device = await gateway.SignInAsync();
        var pings = new byte[64 * 1024];
        for (var i = 0; i < pings.Length; i += 2) pings[i] = 0xC0;
        Assert.InRange(await device.SendUntilFullAsync(pings, maximum: 256 * 1024 * 1024), 1, 64 * 1024 * 1024);
    }

    /// <summary>A connection that the broker has taken in before the next one is made.</summary>
    static async Task<MqttSocket> OpenInTurnAsync(MqttGateway gateway, MqttCounter connections)
    {
        var before = connections.Raised;
        var socket = await gateway.OpenAsync();
        var deadline = MqttDeadline.Token;
        while (connections.Raised == before)
        {
            deadline.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        return socket;
    }

    static async Task PingAsync(MqttSocket device)
    {
        await device.SendAsync(0xC0, 0);
        Assert.Equal("d0 ", (await device.ReceiveAsync())!.ToString());
    }
}
