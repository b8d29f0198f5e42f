using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Devices.Mqtt;

public sealed class StopTests
{
    const string Topic = "edgegw/v1/cam-1/event/x";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_taken_in_is_still_acknowledged_and_then_the_client_is_told(bool version5)
    {
        await using var gateway = await MqttGateway.StartAsync(new MqttSealer { SealsAtOnce = false }, TimeProvider.System, []);
        using var device = await gateway.SignInAsync(version5: version5);
        await device.PublishAsync(Topic, "one", id: 1);
        var submission = await gateway.Sealer.NextAsync();

        var stopping = gateway.StopAsync();
        submission.Outcome.SetResult(MqttSealer.Sealed(0));
        Assert.Equal((4, 1), (await device.ReceiveAsync()) is { } answer ? (answer.Type, (int)answer.Id) : default);
        if (version5) Assert.StartsWith("e0 8b", (await device.ReceiveAsync())!.ToString(), StringComparison.Ordinal);
        else Assert.Null(await device.ReceiveAsync());
        device.Dispose();
        await stopping.WaitAsync(MqttDeadline.Token);
    }

    [Fact]
    public async Task A_seal_that_does_not_come_holds_up_the_stop_only_for_so_long()
    {
        await using var gateway = await MqttGateway.StartAsync(
            new MqttSealer { SealsAtOnce = false }, TimeProvider.System, ["Mqtt:StopWaitSeconds=0"]);
        using var device = await gateway.SignInAsync();
        await device.PublishAsync(Topic, "one", id: 1);
        await gateway.Sealer.NextAsync();
        await gateway.StopAsync().WaitAsync(MqttDeadline.Token);
        Assert.Null(await device.ReceiveAsync());
    }

    [Fact]
    public async Task A_message_that_waits_for_room_when_the_gateway_stops_is_not_acknowledged()
    {
        await using var gateway = await MqttGateway.StartAsync();
        using var device = await gateway.SignInAsync();
        gateway.Sealer.Fill();
        await device.PublishAsync(Topic, "one", id: 1);
        await gateway.StopAsync().WaitAsync(MqttDeadline.Token);
        Assert.Null(await device.ReceiveAsync());
        Assert.Equal(0, gateway.Sealer.Accepted);
    }
}
