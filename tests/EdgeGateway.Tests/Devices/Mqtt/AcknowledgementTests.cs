using System.Text;
using EdgeGateway.Evidence;
using EdgeGateway.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace EdgeGateway.Tests.Devices.Mqtt;

public sealed class AcknowledgementTests
{
    const string Topic = "edgegw/v1/cam-1/event/entry";

    static readonly string[] NoSettings = [];

    static MqttSealer Manual => new() { SealsAtOnce = false };

    [Theory]
    [InlineData(1, 4, false)]
    [InlineData(2, 5, false)]
    [InlineData(1, 4, true)]
    [InlineData(2, 5, true)]
    public async Task The_acknowledgement_leaves_only_once_the_seal_is_durable(int qos, int type, bool version5)
    {
        await using var gateway = await MqttGateway.StartAsync(Manual, TimeProvider.System, NoSettings);
        using var device = await gateway.SignInAsync(version5: version5);
        await device.PublishAsync(Topic, "one", qos, id: 7);
        var submission = await gateway.Sealer.NextAsync();

        // A ping that is answered first shows that the acknowledgement is held, and that pings do not wait for it.
        await device.SendAsync(0xC0, 0);
        Assert.Equal("d0 ", (await device.ReceiveAsync())!.ToString());
        Assert.True(device.IsSilent);

        submission.Outcome.SetResult(MqttSealer.Sealed(0));
        var answer = await device.ReceiveAsync();
        Assert.Equal((type, 7), (answer!.Type, answer.Id));
        Assert.Equal("one", submission.Text);
    }

    [Fact]
    public async Task Acknowledgements_leave_in_the_order_of_their_publishes()
    {
        await using var gateway = await MqttGateway.StartAsync(Manual, TimeProvider.System, NoSettings);
        using var device = await gateway.SignInAsync();
        await device.PublishAsync(Topic, "one", id: 1);
        await device.PublishAsync(Topic, "two", id: 2);
        await device.PublishAsync("edgegw/v1/cam-1/status", "{}", id: 3);
        var one = await gateway.Sealer.NextAsync();
        var two = await gateway.Sealer.NextAsync();
        two.Outcome.SetResult(MqttSealer.Sealed(1));
        one.Outcome.SetResult(MqttSealer.Sealed(0));

        Assert.Equal(1, (await device.ReceiveAsync())!.Id);
        Assert.Equal(2, (await device.ReceiveAsync())!.Id);
        Assert.Equal(3, (await device.ReceiveAsync())!.Id);
    }

    [Fact]
    public async Task An_MQTT_5_acknowledgement_carries_index_and_leaf()
    {
        await using var gateway = await MqttGateway.StartAsync(Manual, TimeProvider.System, NoSettings);
        using var device = await gateway.SignInAsync(version5: true);
        await device.PublishAsync(Topic, "one", id: 7);
        (await gateway.Sealer.NextAsync()).Outcome.SetResult(MqttSealer.Sealed(123_456));

        var answer = await device.ReceiveAsync();
        byte[] properties =
            [.. MqttPackets.UserProperty("edgegw-index", "123456"), .. MqttPackets.UserProperty("edgegw-leaf", MqttSealer.Leaf(123_456).ToString())];
        Assert.Equal(Convert.ToHexStringLower([0, 7, 0, (byte)properties.Length, .. properties]), Convert.ToHexStringLower(answer!.Body));
    }

    [Fact]
    public async Task A_message_as_large_as_its_rule_allows_is_sealed_byte_for_byte()
    {
        await using var gateway = await MqttGateway.StartAsync();
        using var device = await gateway.SignInAsync();
        var picture = new byte[64 * 1024];
        new Random(3).NextBytes(picture);
        await device.SendAsync(MqttPackets.Publish("edgegw/v1/cam-1/picture", picture));
        Assert.Equal("40 0001", (await device.ReceiveAsync())!.ToString());
        Assert.Equal(picture, (await gateway.Sealer.NextAsync()).Arrival!.Payload.ToArray());
    }

    [Fact]
    public async Task A_repeat_is_acknowledged_with_the_index_of_the_first()
    {
        await using var gateway = await MqttGateway.StartAsync(Manual, TimeProvider.System, NoSettings);
        using var device = await gateway.SignInAsync(version5: true);
        await device.PublishAsync(Topic, "one", id: 7, duplicate: true);
        var submission = await gateway.Sealer.NextAsync();
        Assert.True(submission.Arrival!.Duplicate);
        submission.Outcome.SetResult(MqttSealer.Sealed(5) with { Status = SealStatus.Repeated });

        Assert.Contains("edgegw-index\0\u00015", Encoding.Latin1.GetString((await device.ReceiveAsync())!.Body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_wants_no_problem_information_gets_no_properties()
    {
        await using var gateway = await MqttGateway.StartAsync();
        using var device = await gateway.OpenAsync();
        device.Version5 = true;
        await device.SendAsync(MqttPackets.Connect("cam-1", version5: true, properties: [0x17, 0]));
        Assert.Equal(0, (await device.ReceiveAsync())!.Body[1]);
        await device.PublishAsync(Topic, "one", id: 7);
        Assert.Equal("40 0007", (await device.ReceiveAsync())!.ToString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_could_not_be_sealed_is_not_acknowledged_and_the_connection_closes(bool version5)
    {
        await using var gateway = await MqttGateway.StartAsync(Manual, TimeProvider.System, NoSettings);
        using var withheld = gateway.Count("edgegateway.mqtt.acknowledgements.withheld");
        using var device = await gateway.SignInAsync(version5: version5);
        await device.PublishAsync(Topic, "one", id: 1);
        await device.PublishAsync(Topic, "two", id: 2);
        await device.PublishAsync(Topic, "three", id: 3);
        var one = await gateway.Sealer.NextAsync();
        var two = await gateway.Sealer.NextAsync();
        var three = await gateway.Sealer.NextAsync();
        three.Outcome.SetResult(MqttSealer.Sealed(2));
        two.Outcome.SetResult(SealOutcome.Unavailable);
        one.Outcome.SetResult(MqttSealer.Sealed(0));

        Assert.Equal((4, 1), ((await device.ReceiveAsync()) is { } answer ? (answer.Type, (int)answer.Id) : default));
        if (version5) Assert.StartsWith("e0 97", (await device.ReceiveAsync())!.ToString(), StringComparison.Ordinal);
        else Assert.Null(await device.ReceiveAsync());
        Assert.Equal(["reason=unavailable"], withheld.Labels);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_seal_that_is_not_known_in_time_is_not_acknowledged(bool version5)
    {
        var time = new FakeTimeProvider();
        await using var gateway = await MqttGateway.StartAsync(Manual, time, NoSettings);
        using var withheld = gateway.Count("edgegateway.mqtt.acknowledgements.withheld");
        using var device = await gateway.SignInAsync(version5: version5);
        await device.PublishAsync(Topic, "one");
        await gateway.Sealer.NextAsync();

        var answer = await MqttTime.AdvanceUntilAsync(time, device.ReceiveAsync());
        if (version5) Assert.StartsWith("e0 89", answer!.ToString(), StringComparison.Ordinal);
        else Assert.Null(answer);
        Assert.Equal(["reason=timeout"], withheld.Labels);
    }

    [Fact]
    public async Task A_reconnect_never_gets_the_acknowledgement_of_an_earlier_connection()
    {
        await using var gateway = await MqttGateway.StartAsync(Manual, TimeProvider.System, NoSettings);
        using var first = await gateway.SignInAsync();
        await first.PublishAsync(Topic, "old 1", id: 1);
        await first.PublishAsync(Topic, "old 2", id: 2);
        var old1 = await gateway.Sealer.NextAsync();
        var old2 = await gateway.Sealer.NextAsync();

        using var second = await gateway.SignInAsync();
        await second.PublishAsync(Topic, "new 1", id: 1);
        await second.PublishAsync(Topic, "new 2", id: 2);
        var new1 = await gateway.Sealer.NextAsync();
        var new2 = await gateway.Sealer.NextAsync();
        old1.Outcome.SetResult(MqttSealer.Sealed(0));
        old2.Outcome.SetResult(MqttSealer.Sealed(1));

        // The old ones leave on the old connection, where they belong; the new one has only its ping answered.
        Assert.Equal("40 0001", (await first.ReceiveAsync())!.ToString());
        Assert.Equal("40 0002", (await first.ReceiveAsync())!.ToString());
        Assert.Null(await first.ReceiveAsync());
        await second.SendAsync(0xC0, 0);
        Assert.Equal("d0 ", (await second.ReceiveAsync())!.ToString());
        Assert.True(second.IsSilent);

        new1.Outcome.SetResult(MqttSealer.Sealed(2));
        Assert.Equal("40 0001", (await second.ReceiveAsync())!.ToString());
        new2.Outcome.SetResult(MqttSealer.Sealed(3));
        Assert.Equal("40 0002", (await second.ReceiveAsync())!.ToString());
    }

    [Fact]
    public async Task A_lost_connection_in_the_middle_of_pending_seals_leaves_the_next_one_its_own()
    {
        await using var gateway = await MqttGateway.StartAsync(Manual, TimeProvider.System, NoSettings);
        var first = await gateway.SignInAsync();
        await first.PublishAsync(Topic, "old", id: 1);
        var old = await gateway.Sealer.NextAsync();
        first.Dispose();

        using var second = await gateway.SignInAsync();
        await second.PublishAsync(Topic, "new", id: 1, duplicate: true);
        var fresh = await gateway.Sealer.NextAsync();
        old.Outcome.SetResult(SealOutcome.Unavailable);
        await second.SendAsync(0xC0, 0);
        Assert.Equal("d0 ", (await second.ReceiveAsync())!.ToString());
        fresh.Outcome.SetResult(MqttSealer.Sealed(0));
        Assert.Equal("40 0001", (await second.ReceiveAsync())!.ToString());
    }

    [Fact]
    public async Task A_QoS_2_message_is_sealed_once_however_often_it_comes()
    {
        await using var gateway = await MqttGateway.StartAsync(Manual, TimeProvider.System, NoSettings);
        using var device = await gateway.SignInAsync();
        await device.PublishAsync(Topic, "one", qos: 2, id: 7);
        await device.PublishAsync(Topic, "one", qos: 2, id: 7, duplicate: true);
        var submission = await gateway.Sealer.NextAsync();
        await device.SendAsync(0xC0, 0);
        Assert.Equal("d0 ", (await device.ReceiveAsync())!.ToString());

        submission.Outcome.SetResult(MqttSealer.Sealed(0));
        Assert.Equal("50 0007", (await device.ReceiveAsync())!.ToString());
        Assert.Equal("50 0007", (await device.ReceiveAsync())!.ToString());
        await device.PublishAsync(Topic, "one", qos: 2, id: 7, duplicate: true);
        Assert.Equal("50 0007", (await device.ReceiveAsync())!.ToString());
        await device.SendAsync(MqttPackets.Release(7));
        Assert.Equal("70 0007", (await device.ReceiveAsync())!.ToString());
        Assert.Equal(1, gateway.Sealer.Accepted);

        // Released: the identifier is free for another message.
        await device.PublishAsync(Topic, "two", qos: 2, id: 7);
        var other = await gateway.Sealer.NextAsync();
        Assert.Equal("two", other.Text);
        other.Outcome.SetResult(MqttSealer.Sealed(1));
    }

    [Fact]
    public async Task An_unknown_PUBREL_is_answered_as_such()
    {
        await using var gateway = await MqttGateway.StartAsync();
        using var device = await gateway.SignInAsync(version5: true);
        await device.SendAsync(MqttPackets.Release(7));
        Assert.Equal("70 000792", (await device.ReceiveAsync())!.ToString());
    }

    [Fact]
    public async Task More_unreleased_packets_than_announced_end_the_connection()
    {
        await using var gateway = await MqttGateway.StartAsync("Mqtt:ReceiveMaximum=2");
        using var device = await gateway.SignInAsync(version5: true);
        for (ushort id = 1; id <= 3; id++) await device.PublishAsync(Topic, "x", qos: 2, id);
        Assert.Equal(5, (await device.ReceiveAsync())!.Type);
        Assert.Equal(5, (await device.ReceiveAsync())!.Type);
        Assert.StartsWith("e0 93", (await device.ReceiveAsync())!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task QoS_0_evidence_is_sealed_without_an_acknowledgement()
    {
        await using var gateway = await MqttGateway.StartAsync();
        using var device = await gateway.SignInAsync();
        await device.PublishAsync(Topic, "zero", qos: 0);
        Assert.Equal("zero", (await gateway.Sealer.NextAsync()).Text);
        await device.SendAsync(0xC0, 0);
        Assert.Equal("d0 ", (await device.ReceiveAsync())!.ToString());
        Assert.True(device.IsSilent);
    }

    [Fact]
    public async Task Telemetry_is_observed_and_acknowledged_without_the_sealer()
    {
        await using var gateway = await MqttGateway.StartAsync(Manual, TimeProvider.System, NoSettings);
        using var device = await gateway.SignInAsync(version5: true);
        await device.PublishAsync("edgegw/v1/cam-1/status", """{"battery":80}""", id: 9);
        Assert.Equal("40 0009", (await device.ReceiveAsync())!.ToString());
        Assert.Equal("status", Assert.Single(gateway.Telemetry.Observed).Message.Name);
        Assert.Equal(0, gateway.Sealer.Accepted);
    }

    [Fact]
    public async Task An_arrival_holds_what_the_packet_said()
    {
        await using var gateway = await MqttGateway.StartAsync();
        using var device = await gateway.SignInAsync(version5: true);
        byte[] properties = [.. MqttPackets.ContentType("image/jpeg"), .. MqttPackets.UserProperty("eventId", "事件-1")];
        await device.PublishAsync(Topic, """{"eventId":"other"}""", properties: properties);
        var arrival = (await gateway.Sealer.NextAsync()).Arrival!;
        Assert.Equal(
            ("cam-1", "event", Topic, "image/jpeg", "事件-1", false),
            (arrival.Device.Id.Value, arrival.Message.Name, arrival.Address, arrival.ClaimedMediaType, arrival.Interpretation.EventId, arrival.Duplicate));
        Assert.Equal(new Authentication("secret", "credential-1", "none"), arrival.Authentication);

        await device.PublishAsync(Topic, """{"eventId":"own"}""");
        Assert.Equal("own", (await gateway.Sealer.NextAsync()).Arrival!.Interpretation.EventId);
    }
}
