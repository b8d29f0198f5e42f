using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Devices.Mqtt;

/// <summary>A device that signs in while the broker still puts its last connection away.</summary>
public sealed class ReconnectTests
{
    const string Topic = "edgegw/v1/cam-1/event/x";

    static readonly byte[] Disconnect = [0xE0, 0];

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task The_clean_up_of_the_last_connection_does_not_touch_the_new_one(bool version5, bool abrupt)
    {
        using var cleanUp = new MqttCleanUp();
        await using var gateway = await MqttGateway.StartAsync(new MqttSealer(), TimeProvider.System, [], brokerLogger: cleanUp);
        using var last = await gateway.SignInAsync(version5: version5);
        if (!abrupt) await last.SendAsync(Disconnect);
        last.Dispose();
        await cleanUp.Reached;

        using var device = await gateway.SignInAsync(version5: version5);
        await device.SendAsync(MqttPackets.Subscribe(1, version5, ("edgegw/v1/cam-1/receipt/+", 0)));
        Assert.Equal(0x90, (await device.ReceiveAsync())!.First);
        await cleanUp.GoOnAsync();

        await device.SendAsync(MqttPackets.Subscribe(2, version5, ("edgegw/v1/cam-1/command/+", 0)));
        Assert.Equal(0x90, (await device.ReceiveAsync())!.First);
        await device.PublishAsync(Topic, "x");
        var answers = new List<int> { (await device.ReceiveAsync())!.First };
        // A receipt, which goes through the broker's session, may come before or after.
        if (!version5) answers.Add((await device.ReceiveAsync())!.First);
        Assert.Equal(version5 ? [0x40] : [0x30, 0x40], answers.Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Speed", "Slow")]
    public async Task Every_one_of_many_connections_in_a_row_gets_its_acknowledgement(bool version5)
    {
        await using var gateway = await MqttGateway.StartAsync();
        string[] devices = ["cam-1", "cam-2"];
        await Task.WhenAll(devices.Select(ReconnectAsync));

        async Task ReconnectAsync(string device)
        {
            for (var i = 0; i < 1500; i++)
            {
                using var socket = await gateway.SignInAsync(device, version5);
                await socket.PublishAsync($"edgegw/v1/{device}/event/x", $"{i}");
                var answer = await socket.ReceiveAsync();
                Assert.True(answer is { Type: 4 }, $"Connection {i} got no acknowledgement: {answer}");
                if (i % 2 == 0) await socket.SendAsync(Disconnect);
            }
        }
    }
}
