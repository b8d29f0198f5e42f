using EdgeGateway.Devices;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Devices.Mqtt;

public sealed class SubscriptionTests
{
    [Theory]
    [InlineData("edgegw/v1/cam-1/receipt/#", true)]
    [InlineData("edgegw/v1/cam-1/command/#", true)]
    [InlineData("edgegw/v1/cam-1/receipt/17", true)]
    [InlineData("edgegw/v1/cam-1/command/+", true)]
    [InlineData("edgegw/v1/cam-1/receipt", false)]
    [InlineData("edgegw/v1/cam-1/receipt/", false)]
    [InlineData("edgegw/v1/cam-1/receipt/#/x", false)]
    [InlineData("edgegw/v1/cam-1/receipt/x#", false)]
    [InlineData("edgegw/v1/cam-1/#", false)]
    [InlineData("edgegw/v1/cam-1/event/#", false)]
    [InlineData("edgegw/v1/cam-2/receipt/#", false)]
    [InlineData("edgegw/v1/+/receipt/#", false)]
    [InlineData("edgegw/v1/cam-11/receipt/#", false)]
    [InlineData("#", false)]
    [InlineData("+/+/+/+/+", false)]
    [InlineData("$SYS/#", false)]
    [InlineData("$share/g/edgegw/v1/cam-1/receipt/#", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_device_listens_to_its_own_receipts_and_commands(string? filter, bool isAllowed) =>
        Assert.Equal(isAllowed, SubscriptionPolicy.IsAllowed(DeviceId.Parse("cam-1"), filter));

    [Theory]
    [InlineData(false, "90 0007018001")]
    [InlineData(true, "90 000700018701")]
    public async Task Answers_stand_in_the_order_of_the_filters(bool version5, string answer)
    {
        await using var gateway = await MqttGateway.StartAsync();
        using var device = await gateway.SignInAsync(version5: version5);
        await device.SendAsync(MqttPackets.Subscribe(
            7, version5, ("edgegw/v1/cam-1/receipt/#", 1), ("edgegw/v1/cam-2/receipt/#", 2), ("edgegw/v1/cam-1/command/#", 2)));
        Assert.Equal(answer, (await device.ReceiveAsync())!.ToString());
    }

    [Fact]
    public async Task There_are_only_so_many_filters()
    {
        await using var gateway = await MqttGateway.StartAsync();
        using var device = await gateway.SignInAsync(version5: true);
        var filters = Enumerable.Range(0, 40).Select(i => ($"edgegw/v1/cam-1/receipt/{i}", (byte)1)).ToArray();
        await device.SendAsync(MqttPackets.Subscribe(7, true, filters));
        var codes = (await device.ReceiveAsync())!.Body[3..];
        Assert.Equal((32, 8), (codes.Count(code => code == 1), codes.Count(code => code == 0x97)));
    }

    [Fact]
    public async Task A_device_never_hears_another()
    {
        await using var gateway = await MqttGateway.StartAsync();
        using var listener = await gateway.SignInAsync("cam-2");
        await listener.SendAsync(MqttPackets.Subscribe(1, false, ("edgegw/v1/cam-2/command/#", 1)));
        Assert.Equal("90 000101", (await listener.ReceiveAsync())!.ToString());
        using var device = await gateway.SignInAsync("cam-1");
        await device.PublishAsync("edgegw/v1/cam-2/command/stop", "x");
        Assert.Equal("40 0001", (await device.ReceiveAsync())!.ToString());
        await listener.SendAsync(0xC0, 0);
        Assert.Equal("d0 ", (await listener.ReceiveAsync())!.ToString());
        Assert.True(listener.IsSilent);
    }

    [Fact]
    public async Task A_device_that_ended_its_subscription_gets_no_receipt()
    {
        await using var gateway = await MqttGateway.StartAsync();
        using var receipts = gateway.Count("edgegateway.mqtt.receipts");
        using var device = await gateway.SignInAsync();
        await device.SendAsync(MqttPackets.Subscribe(1, false, ("edgegw/v1/cam-1/receipt/#", 1)));
        await device.ReceiveAsync();
        var unsubscribe = MqttPackets.Subscribe(2, false, ("edgegw/v1/cam-1/receipt/#", 1));
        unsubscribe[0] = 0xA2;
        unsubscribe[1]--;
        await device.SendAsync(unsubscribe[..^1]);
        Assert.Equal("b0 0002", (await device.ReceiveAsync())!.ToString());
        await device.PublishAsync("edgegw/v1/cam-1/event/x", "x", id: 3);
        Assert.Equal("40 0003", (await device.ReceiveAsync())!.ToString());
        Assert.Equal(0, receipts.Sum);
    }

    [Fact]
    public async Task A_client_that_never_takes_its_receipts_is_cut_off()
    {
        await using var gateway = await MqttGateway.StartAsync();
        using var receipts = gateway.Count("edgegateway.mqtt.receipts");
        using var device = await gateway.SignInAsync();
        await device.SendAsync(MqttPackets.Subscribe(1, false, ("edgegw/v1/cam-1/receipt/#", 1)));
        await device.ReceiveAsync();
        for (var i = 0; i < 1500; i++) await device.TrySendAsync(MqttPackets.Publish("edgegw/v1/cam-1/event/x", [1]));

        // What was on its way is lost where the connection is reset with bytes unread, so what arrives says nothing of the limit.
        while (await device.ReceiveAsync() is not null)
        {
        }

        Assert.Equal(1000, receipts.Sum);
    }
}
