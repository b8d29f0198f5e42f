using EdgeGateway.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace EdgeGateway.Tests.Devices.Mqtt;

/// <summary>What the broker tells of connections.</summary>
public sealed class PresenceTests
{
    const byte WithWill = 0xC6;

    [Fact]
    public async Task A_device_that_says_goodbye_one_that_breaks_off_and_one_that_left_a_will_are_told_apart()
    {
        await using var gateway = await MqttGateway.StartAsync();

        using (var polite = await gateway.SignInAsync())
        {
            Assert.Equal("cam-1 came", await gateway.Presence.NextAsync());
            await polite.SendAsync(0xE0, 0);
            Assert.Equal("cam-1 Goodbye", await gateway.Presence.NextAsync());
        }

        using (await gateway.SignInAsync()) Assert.Equal("cam-1 came", await gateway.Presence.NextAsync());
        Assert.Equal("cam-1 Lost", await gateway.Presence.NextAsync());

        using (await SignInWithWillAsync(gateway)) Assert.Equal("cam-1 came", await gateway.Presence.NextAsync());
        Assert.Equal("cam-1 Will", await gateway.Presence.NextAsync());
    }

    [Fact]
    public async Task Who_leaves_with_reason_4_still_wants_its_will_to_count()
    {
        await using var gateway = await MqttGateway.StartAsync();
        using var socket = await SignInWithWillAsync(gateway, version5: true);
        Assert.Equal("cam-1 came", await gateway.Presence.NextAsync());

        await socket.SendAsync(0xE0, 1, 0x04);

        Assert.Equal("cam-1 Will", await gateway.Presence.NextAsync());
    }

    [Fact]
    public async Task A_reconnect_takes_over_quietly_and_one_in_the_place_of_a_working_connection_says_so()
    {
        var time = new FakeTimeProvider();
        await using var gateway = await MqttGateway.StartAsync(new MqttSealer(), time, []);
        using var first = await gateway.SignInAsync();
        Assert.Equal("cam-1 came", await gateway.Presence.NextAsync());

        // Half-open: it has been silent for a while.
        time.Advance(TimeSpan.FromSeconds(30));
        using var second = await gateway.SignInAsync();
        Assert.Equal("cam-1 came", await gateway.Presence.NextAsync());
        using var third = await gateway.SignInAsync();
        Assert.Equal("cam-1 took over", await gateway.Presence.NextAsync());

        // The connections that were taken over are over by now, and that was no absence.
        Assert.Null(await first.ReceiveAsync());
        Assert.Null(await second.ReceiveAsync());
        Assert.True(gateway.Presence.IsSilent);
    }

    [Fact]
    public async Task A_stop_of_the_gateway_is_no_absence_of_the_device()
    {
        await using var gateway = await MqttGateway.StartAsync();
        using var socket = await SignInWithWillAsync(gateway);
        Assert.Equal("cam-1 came", await gateway.Presence.NextAsync());

        await gateway.StopAsync();

        Assert.True(gateway.Presence.IsSilent);
    }

    static async Task<MqttSocket> SignInWithWillAsync(MqttGateway gateway, bool version5 = false)
    {
        var socket = await gateway.OpenAsync();
        socket.Version5 = version5;
        await socket.SendAsync(MqttPackets.Connect("cam-1", version5: version5, flags: WithWill, will: ("edgegw/v1/cam-1/status", "gone")));
        Assert.Equal(0, (await socket.ReceiveAsync())!.Body[1]);
        return socket;
    }
}
