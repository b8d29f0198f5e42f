using System.Text;
using EdgeGateway.Evidence;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Devices.Mqtt;

public sealed class RefusalTests
{
    const string Own = "edgegw/v1/cam-1/event/x";

    public static TheoryData<string, int, RefusalReason, int> Refused => new()
    {
        { "edgegw/v1/cam-2/event/x", 1, RefusalReason.ForbiddenTopic, 0x87 },
        { "edgegw/v1/cam-1/unknown", 1, RefusalReason.ForbiddenTopic, 0x87 },
        { "$SYS/broker", 1, RefusalReason.ForbiddenTopic, 0x87 },
        { "edgegw/v1/cam-1/event/#", 1, RefusalReason.Malformed, 0x90 },
        { "edgegw/v1/cam-1/event/\u0001", 1, RefusalReason.Malformed, 0x90 },
        { "", 1, RefusalReason.Malformed, 0x90 },
        { Own, MqttDevices.MaximumEventBytes + 1, RefusalReason.Oversized, 0x97 },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_permanent_refusal_is_recorded_and_then_told_to_an_MQTT_5_client(
        string topic, int size, RefusalReason reason, int code)
    {
        await using var gateway = await MqttGateway.StartAsync(new MqttSealer { SealsAtOnce = false }, TimeProvider.System, []);
        using var device = await gateway.SignInAsync(version5: true);
        foreach (var (qos, type) in ((int, int)[])[(1, 4), (2, 5)])
        {
            await device.PublishAsync(topic, new string('x', size), qos, id: 5);
            var submission = await gateway.Sealer.NextAsync();
            Assert.Equal(
                (reason, topic, "cam-1", size),
                (submission.Refusal!.Reason, submission.Refusal.Address, submission.Refusal.Device!.Id.Value, submission.Refusal.Payload.Length));
            await device.SendAsync(0xC0, 0);
            Assert.Equal("d0 ", (await device.ReceiveAsync())!.ToString());

            submission.Outcome.SetResult(new SealOutcome(SealStatus.Counted, -1, default, default));
            var answer = await device.ReceiveAsync();
            Assert.Equal((type, 5, code), (answer!.Type, (int)answer.Id, answer.Body[2]));
            Assert.Equal(0x1F, answer.Body[4]);
        }
    }

    [Theory]
    [InlineData("edgegw/v1/cam-2/event/x", 1)]
    [InlineData("edgegw/v1/cam-2/event/x", 2)]
    [InlineData("edgegw/v1/cam-1/event/#", 1)]
    public async Task An_MQTT_3_client_gets_an_acknowledgement_and_a_rejected_receipt(string topic, int qos)
    {
        await using var gateway = await MqttGateway.StartAsync();
        using var device = await gateway.SignInAsync();
        await device.SendAsync(MqttPackets.Subscribe(1, false, ("edgegw/v1/cam-1/receipt/#", 1)));
        Assert.Equal("90 000101", (await device.ReceiveAsync())!.ToString());

        await device.PublishAsync(topic, "x", qos, id: 5);
        var answers = new[] { (await device.ReceiveAsync())!, (await device.ReceiveAsync())! };
        Assert.Contains(answers, answer => answer.Type == (qos == 1 ? 4 : 5) && answer.Id == 5);
        var receipt = Encoding.UTF8.GetString(Assert.Single(answers, answer => answer.Type == 3).Body);
        Assert.Contains("edgegw/v1/cam-1/receipt/5", receipt, StringComparison.Ordinal);
        Assert.Contains("""{"rejected":true,"reason":""", receipt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_could_not_be_recorded_is_not_answered()
    {
        await using var gateway = await MqttGateway.StartAsync(new MqttSealer { SealsAtOnce = false }, TimeProvider.System, []);
        using var device = await gateway.SignInAsync();
        await device.PublishAsync("edgegw/v1/cam-2/event/x", "x");
        (await gateway.Sealer.NextAsync()).Outcome.SetResult(SealOutcome.Unavailable);
        Assert.Null(await device.ReceiveAsync());
    }

    [Fact]
    public async Task A_packet_larger_than_announced_is_recorded_by_its_beginning_and_ends_an_MQTT_5_connection()
    {
        await using var gateway = await MqttGateway.StartAsync();
        using var device = await gateway.SignInAsync(version5: true);
        var packet = MqttPackets.Publish(Own, new byte[1024 * 1024], properties: []);
        await device.TrySendAsync(packet);
        var refusal = (await gateway.Sealer.NextAsync()).Refusal!;
        Assert.Equal(RefusalReason.Oversized, refusal.Reason);
        Assert.InRange(refusal.Payload.Length, 0, 16 * 1024);
        Assert.StartsWith("e0 95", (await device.ReceiveAsync())!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "40 0005")]
    [InlineData(2, "50 0005")]
    public async Task An_MQTT_3_client_is_rid_of_a_packet_that_is_too_large(int qos, string answer)
    {
        await using var gateway = await MqttGateway.StartAsync();
        using var device = await gateway.SignInAsync();
        await device.SendAsync(MqttPackets.Publish(Own, new byte[3 * 1024 * 1024], qos, id: 5));
        Assert.Equal(answer, (await device.ReceiveAsync())!.ToString());
        var refusal = (await gateway.Sealer.NextAsync()).Refusal!;
        Assert.Equal((RefusalReason.Oversized, Own), (refusal.Reason, refusal.Address));
        Assert.InRange(refusal.Payload.Length, 16_000, 16 * 1024);

        await device.PublishAsync(Own, "the next one", id: 6);
        Assert.Equal("40 0006", (await device.ReceiveAsync())!.ToString());
        Assert.Equal("the next one", (await gateway.Sealer.NextAsync()).Text);
    }

    [Fact]
    public async Task A_topic_that_is_not_UTF_8_is_refused()
    {
        await using var gateway = await MqttGateway.StartAsync();
        using var device = await gateway.SignInAsync(version5: true);
        await device.SendAsync(0x32, 8, 0, 2, 0xC3, 0x28, 0, 5, 0, (byte)'x');
        Assert.Equal(0x90, (await device.ReceiveAsync())!.Body[2]);
        Assert.Equal(RefusalReason.Malformed, (await gateway.Sealer.NextAsync()).Refusal!.Reason);
    }

    [Theory]
    [InlineData("320100", "81")] // no room for a topic
    [InlineData("360700017800050078", "81")] // QoS 3
    [InlineData("380500017800", "81")] // QoS 0 with DUP
    [InlineData("3206000178000000", "82")] // packet identifier 0
    [InlineData("3207000178000507" + "01", "81")] // properties longer than the packet
    [InlineData("320900017800050323000178", "94")] // a topic alias
    [InlineData("3209000178000503990001", "81")] // an unknown property
    [InlineData("320a0001780005040100010178", "82")] // a property twice
    public async Task A_malformed_publish_is_recorded_and_ends_the_connection(string hex, string code)
    {
        var packet = Convert.FromHexString(hex);
        packet[1] = (byte)(packet.Length - 2);
        await using var gateway = await MqttGateway.StartAsync();
        using var device = await gateway.SignInAsync(version5: true);
        await device.SendAsync(packet);
        Assert.StartsWith($"e0 {code}", (await device.ReceiveAsync())!.ToString(), StringComparison.Ordinal);
        Assert.Equal(RefusalReason.Malformed, (await gateway.Sealer.NextAsync()).Refusal!.Reason);
    }

    [Trait("Ask", "No stall on bad input")]
    [Fact]
    public async Task After_a_thousand_malformed_packets_a_good_message_is_sealed_at_once()
    {
        await using var gateway = await MqttGateway.StartAsync();
        using var good = await gateway.SignInAsync("cam-2");
        var random = new Random(1);
        for (var i = 0; i < 1000; i++)
        {
            using var bad = await gateway.SignInAsync(version5: i % 2 == 0);
            var packet = MqttPackets.Publish(Own, new byte[20], properties: i % 2 == 0 ? [] : null);
            packet[random.Next(packet.Length)] ^= (byte)(1 << random.Next(8));
            packet[0] |= (byte)(i % 4 == 0 ? 0x06 : 0);
            await bad.TrySendAsync(packet);
        }

        await good.PublishAsync("edgegw/v1/cam-2/event/x", "good", id: 9);
        Assert.Equal("40 0009", (await good.ReceiveAsync())!.ToString());
    }

    [Trait("Ask", "Retained messages cannot switch recording off")]
    [Fact]
    public async Task A_retained_message_is_sealed_and_not_kept()
    {
        await using var gateway = await MqttGateway.StartAsync();
        using var device = await gateway.SignInAsync();
        await device.SendAsync(MqttPackets.Publish(Own, [1], retain: true));
        Assert.Equal("40 0001", (await device.ReceiveAsync())!.ToString());
        await device.SendAsync(MqttPackets.Subscribe(2, false, ("edgegw/v1/cam-1/receipt/#", 1)));
        Assert.Equal("90 000201", (await device.ReceiveAsync())!.ToString());
        await device.SendAsync(0xC0, 0);
        Assert.Equal("d0 ", (await device.ReceiveAsync())!.ToString());
    }
}
