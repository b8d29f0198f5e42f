using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Devices.Mqtt;

/// <summary>With the clients that others wrote.</summary>
public sealed class MosquittoTests
{
    const string Topic = "edgegw/v1/cam-1/event/entry";

    [Theory]
    [InlineData("311", "0")]
    [InlineData("311", "1")]
    [InlineData("311", "2")]
    [InlineData("5", "0")]
    [InlineData("5", "1")]
    [InlineData("5", "2")]
    public async Task A_message_of_mosquitto_pub_is_sealed(string version, string qos)
    {
        await using var gateway = await MqttGateway.StartAsync();
        var result = await MqttClients.PublishAsync(gateway, "cam-1", "-V", version, "-q", qos, "-t", Topic, "-m", "闯红灯 1");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        var submission = await gateway.Sealer.NextAsync();
        Assert.Equal(("闯红灯 1", Topic), (submission.Text, submission.Arrival!.Address));
        Assert.False(gateway.Sealer.TryNext(out _));
    }

    [Theory]
    [InlineData("311", "1")]
    [InlineData("311", "2")]
    [InlineData("5", "1")]
    [InlineData("5", "2")]
    public async Task Many_lines_are_sealed_in_order_and_once(string version, string qos)
    {
        const int Lines = 500;
        await using var gateway = await MqttGateway.StartAsync();
        var lines = string.Concat(Enumerable.Range(0, Lines).Select(i => $"line {i}\n"));
        var result = await MqttClients.PublishLinesAsync(gateway, "cam-1", lines, "-V", version, "-q", qos, "-t", Topic, "-l");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        for (var i = 0; i < Lines; i++) Assert.Equal($"line {i}", (await gateway.Sealer.NextAsync()).Text);
        Assert.False(gateway.Sealer.TryNext(out _));
    }

    [Theory]
    [InlineData("311")]
    [InlineData("5")]
    public async Task A_wrong_secret_is_refused(string version)
    {
        await using var gateway = await MqttGateway.StartAsync();
        var result = await MqttClients.PublishAsync(gateway, "cam-1", "-P", "wrong", "-V", version, "-t", Topic, "-m", "x");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("bad user name or password", result.Error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_foreign_topic_is_refused_with_its_reason()
    {
        await using var gateway = await MqttGateway.StartAsync();
        var result = await MqttClients.PublishAsync(
            gateway, "cam-1", "-V", "5", "-q", "1", "-t", "edgegw/v1/cam-2/event/entry", "-m", "not mine");
        Assert.Contains("Not authorized", result.Error, StringComparison.Ordinal);
        Assert.Equal("not mine", (await gateway.Sealer.NextAsync()).Text);
    }

    [Theory]
    [InlineData("311")]
    [InlineData("5")]
    public async Task Only_own_receipts_and_commands_may_be_subscribed_to(string version)
    {
        await using var gateway = await MqttGateway.StartAsync();
        var own = await MqttClients.SubscribeAsync(
            gateway, "cam-1", "-V", version, "-q", "1", "-E", "-t", "edgegw/v1/cam-1/receipt/#", "-t", "edgegw/v1/cam-1/command/#");
        Assert.Equal((0, ""), (own.ExitCode, own.Error));

        var foreign = await MqttClients.SubscribeAsync(gateway, "cam-1", "-V", version, "-q", "1", "-t", "edgegw/v1/cam-2/receipt/#");
        Assert.Contains("All subscription requests were denied", foreign.Error + foreign.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_MQTT_3_client_that_subscribed_gets_a_receipt()
    {
        await using var gateway = await MqttGateway.StartAsync();
        // Its subscription is packet 1, so its publish is packet 2.
        var result = await MqttClients.RequestAsync(
            gateway, "cam-1", "-V", "311", "-q", "1", "-t", Topic, "-e", "edgegw/v1/cam-1/receipt/2", "-m", "one", "-W", "10");
        Assert.Equal(
            $$"""{"index":0,"leafHash":"{{MqttSealer.Leaf(0)}}","sealedAt":"1970-01-01T00:00:00.000000Z"}""", result.Output.Trim());
    }
}
