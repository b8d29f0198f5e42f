using EdgeGateway.Simulators.Devices;
using EdgeGateway.Simulators.Mqtt;
using EdgeGateway.Simulators.Transcripts;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Simulators.Mqtt;

public sealed class MqttSessionTests : IDisposable
{
    readonly SimTranscript _transcript = new();
    readonly CancellationTokenSource _stop = new();

    [Fact]
    public async Task An_acknowledgement_is_written_down_with_the_index_it_names_and_only_once_it_has_come()
    {
        using var broker = new SimScriptedBroker(MqttVersion.V5);
        using var session = Session(broker, MqttVersion.V5, out var running);
        using var client = await broker.AcceptAsync();
        Assert.False(client.Connect!.CleanStart);
        Assert.Null(client.Connect.UserName);
        Assert.Null(client.Connect.Password);
        await client.ReadAsync<SubscribePacket>();
        await session.PublishAsync(SimSome.Message(1), isCopy: false, null, _stop.Token);

        var publish = await client.ReadAsync<PublishPacket>();
        Assert.Equal("sim-1-1", publish.Properties.User("eventId"));
        Assert.Equal("application/octet-stream", publish.Properties.Text(MqttPropertyId.ContentType));
        Assert.Equal([TranscriptEvent.Sent], _transcript.EventsOf(1));
        Assert.Equal(1, session.InFlight);

        await client.AcknowledgeAsync(publish.PacketId, 0, MqttProperty.User("edgegw-index", "77"));
        Assert.Equal(77, (await _transcript.WaitForAsync(TranscriptEvent.Acknowledged, 1)).Index);
        await session.DrainAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(0, session.InFlight);
        await StopAsync(running);
        await client.ReadAsync<DisconnectPacket>();
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task What_was_not_acknowledged_is_sent_again_in_order_with_DUP_and_what_was_is_not(int level)
    {
        var version = (MqttVersion)level;
        using var broker = new SimScriptedBroker(version);
        using var session = Session(broker, version, out var running);
        using (var first = await broker.AcceptAsync())
        {
            await first.ReadAsync<SubscribePacket>();
            for (var n = 1; n <= 4; n++) await session.PublishAsync(SimSome.Message(n), isCopy: false, null, _stop.Token);
            for (var n = 1; n <= 4; n++)
            {
                var publish = await first.ReadAsync<PublishPacket>();
                Assert.False(publish.Duplicate);
                if (n == 2) await first.AcknowledgeAsync(publish.PacketId);
            }

            await _transcript.WaitForAsync(TranscriptEvent.Acknowledged, 2);
        }

        using var second = await broker.AcceptAsync(sessionPresent: true);
        foreach (var n in (int[])[1, 3, 4])
        {
            var again = await second.ReadAsync<PublishPacket>();
            Assert.True(again.Duplicate);
            Assert.Equal(BitConverter.GetBytes((long)n), again.Payload.ToArray());
            await second.AcknowledgeAsync(again.PacketId);
        }

        await session.DrainAsync(TimeSpan.FromSeconds(10));
        Assert.Equal([TranscriptEvent.Sent, TranscriptEvent.Resent, TranscriptEvent.Acknowledged], _transcript.EventsOf(3));
        Assert.Equal([TranscriptEvent.Sent, TranscriptEvent.Acknowledged], _transcript.EventsOf(2));
        await StopAsync(running);
    }

    [Fact]
    public async Task Qos_2_is_acknowledged_at_PUBREC_and_goes_on_with_PUBREL_after_a_lost_connection()
    {
        using var broker = new SimScriptedBroker(MqttVersion.V311);
        using var session = Session(broker, MqttVersion.V311, out var running);
        ushort packetId;
        using (var first = await broker.AcceptAsync(sessionPresent: true))
        {
            await session.PublishAsync(SimSome.Message(1, qos: 2), isCopy: false, null, _stop.Token);
            packetId = (await first.ReadAsync<PublishPacket>()).PacketId;
            await first.WriteAsync(new AcknowledgementPacket(MqttPacketType.PubRec, packetId));
            await _transcript.WaitForAsync(TranscriptEvent.Acknowledged, 1);
            Assert.Equal(MqttPacketType.PubRel, (await first.ReadAsync<AcknowledgementPacket>()).Kind);
        }

        using var second = await broker.AcceptAsync(sessionPresent: true);
        var release = await second.ReadAsync<AcknowledgementPacket>();
        Assert.Equal((MqttPacketType.PubRel, packetId), (release.Kind, release.PacketId));
        await second.WriteAsync(new AcknowledgementPacket(MqttPacketType.PubComp, packetId));
        await session.DrainAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(0, session.InFlight);
        Assert.Equal([TranscriptEvent.Sent, TranscriptEvent.Acknowledged], _transcript.EventsOf(1));
        await StopAsync(running);
    }

    [Fact]
    public async Task A_refusing_PUBACK_is_written_down_with_its_reason_and_ends_the_message()
    {
        using var broker = new SimScriptedBroker(MqttVersion.V5);
        using var session = Session(broker, MqttVersion.V5, out var running);
        using var client = await broker.AcceptAsync(sessionPresent: true);
        await session.PublishAsync(SimSome.Message(1), isCopy: false, null, _stop.Token);
        var publish = await client.ReadAsync<PublishPacket>();
        await client.AcknowledgeAsync(publish.PacketId, 0x97, new MqttProperty(MqttPropertyId.ReasonString) { Text = "disk full" });
        Assert.Equal("0x97 disk full", (await _transcript.WaitForAsync(TranscriptEvent.Refused, 1)).Reason);
        await session.DrainAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(0, session.InFlight);
        await StopAsync(running);
    }

    [Fact]
    public async Task A_rejected_receipt_takes_an_acknowledgement_of_3_1_1_back()
    {
        using var broker = new SimScriptedBroker(MqttVersion.V311);
        using var session = Session(broker, MqttVersion.V311, out var running);
        using var client = await broker.AcceptAsync(sessionPresent: true);
        await session.PublishAsync(SimSome.Message(1), isCopy: false, null, _stop.Token);
        var publish = await client.ReadAsync<PublishPacket>();
        await client.AcknowledgeAsync(publish.PacketId);
        await client.WriteAsync(new PublishPacket(
            $"edgegw/v1/sim-1/receipt/{publish.PacketId}", """{"rejected":true,"reason":"malformed"}"""u8.ToArray())
        { Qos = 1, PacketId = 9 });
        Assert.Equal(9, (await client.ReadAsync<AcknowledgementPacket>()).PacketId);
        Assert.Equal("malformed", (await _transcript.WaitForAsync(TranscriptEvent.Refused, 1)).Reason);
        await StopAsync(running);
    }

    [Fact]
    public async Task An_acknowledgement_of_what_was_never_sent_counts_as_a_violation_and_acknowledges_nothing()
    {
        using var broker = new SimScriptedBroker(MqttVersion.V5);
        using var session = Session(broker, MqttVersion.V5, out var running);
        using (var first = await broker.AcceptAsync(sessionPresent: true))
        {
            await session.PublishAsync(SimSome.Message(1), isCopy: false, null, _stop.Token);
            var publish = await first.ReadAsync<PublishPacket>();
            await first.AcknowledgeAsync((ushort)(publish.PacketId + 1));
        }

        using var second = await broker.AcceptAsync(sessionPresent: true);
        Assert.True((await second.ReadAsync<PublishPacket>()).Duplicate);
        Assert.Equal(1, session.Violations);
        Assert.Equal(0, _transcript.Count(TranscriptEvent.Acknowledged));
        await StopAsync(running);
    }

    [Fact]
    public async Task No_more_is_in_flight_than_the_server_allows()
    {
        using var broker = new SimScriptedBroker(MqttVersion.V5);
        using var session = Session(broker, MqttVersion.V5, out var running);
        using var client = await broker.AcceptAsync(true, 0, new MqttProperty(MqttPropertyId.ReceiveMaximum) { Number = 2 });
        for (var n = 1; n <= 3; n++) await session.PublishAsync(SimSome.Message(n), isCopy: false, null, _stop.Token);
        var first = await client.ReadAsync<PublishPacket>();
        await client.ReadAsync<PublishPacket>();
        Assert.Equal(2, _transcript.Count(TranscriptEvent.Sent));
        await client.AcknowledgeAsync(first.PacketId);
        Assert.Equal(BitConverter.GetBytes(3L), (await client.ReadAsync<PublishPacket>()).Payload.ToArray());
        await StopAsync(running);
    }

    [Fact]
    public async Task Half_a_packet_is_followed_by_the_whole_on_a_new_connection()
    {
        using var broker = new SimScriptedBroker(MqttVersion.V5);
        using var session = Session(broker, MqttVersion.V5, out var running);
        using (var first = await broker.AcceptAsync(sessionPresent: true))
        {
            await session.PublishAsync(SimSome.Message(1), isCopy: false, new Fault(FaultKind.HalfFrame), _stop.Token);
            Assert.NotEqual(0, await first.ReadToEndAsync());
        }

        using var second = await broker.AcceptAsync(sessionPresent: true);
        var whole = await second.ReadAsync<PublishPacket>();
        Assert.True(whole.Duplicate);
        await second.AcknowledgeAsync(whole.PacketId);
        await _transcript.WaitForAsync(TranscriptEvent.Acknowledged, 1);
        await StopAsync(running);
    }

    [Fact]
    public async Task A_reconnect_says_DISCONNECT_and_comes_back()
    {
        using var broker = new SimScriptedBroker(MqttVersion.V311);
        using var session = Session(broker, MqttVersion.V311, out var running);
        using (var first = await broker.AcceptAsync(sessionPresent: true))
        {
            await session.PublishAsync(SimSome.Message(1), isCopy: false, new Fault(FaultKind.Reconnect), _stop.Token);
            await first.ReadAsync<PublishPacket>();
            await first.ReadAsync<DisconnectPacket>();
        }

        using var second = await broker.AcceptAsync(sessionPresent: true);
        await second.ReadAsync<PublishPacket>();
        await StopAsync(running);
    }

    [Fact]
    public async Task A_refused_sign_in_is_tried_again_and_named()
    {
        using var broker = new SimScriptedBroker(MqttVersion.V5);
        using var session = Session(broker, MqttVersion.V5, out var running, secret: "not the secret");
        using var refused = await broker.AcceptAsync(false, 0x87);
        Assert.Equal("sim-1", refused.Connect!.UserName);
        using var second = await broker.AcceptAsync(false, 0x87);
        Assert.Contains("0x87", session.Problem, StringComparison.Ordinal);
        Assert.Equal(0, session.Connects);
        await StopAsync(running);
    }

    [Fact]
    public async Task A_decommissioned_device_goes_on_with_a_withdrawn_secret_and_its_refusals_are_as_expected()
    {
        using var broker = new SimScriptedBroker(MqttVersion.V5);
        using var session = Session(broker, MqttVersion.V5, out var running, secret: "secret");
        using (var first = await broker.AcceptAsync(sessionPresent: true))
        {
            Assert.Equal("secret"u8, first.Connect!.Password!.Value.Span);
            session.Decommission();
            await first.ReadAsync<DisconnectPacket>();
        }

        for (var n = 0; n < 2; n++)
        {
            using var refused = await broker.AcceptAsync(false, 0x87);
            Assert.Equal("terces"u8, refused.Connect!.Password!.Value.Span);
        }

        using var last = await broker.AcceptAsync(false, 0x87);
        Assert.True(session.ExpectedRefusals >= 2);
        Assert.Equal((1, 0), (session.Connects, session.Violations));
        await StopAsync(running);
    }

    [Fact]
    public async Task A_Qos_0_message_without_a_connection_is_dropped_and_that_written_down()
    {
        using var session = new MqttSession(SimSome.SessionOptions(1), _transcript, TimeProvider.System);
        await session.PublishAsync(SimSome.Message(1, qos: 0), isCopy: false, null, _stop.Token);
        Assert.Equal([TranscriptEvent.Dropped], _transcript.EventsOf(1));
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    MqttSession Session(SimScriptedBroker broker, MqttVersion version, out Task running, string? secret = null)
    {
        var options = SimSome.SessionOptions(broker.Port, version) with { Secret = secret, Subscription = "edgegw/v1/sim-1/receipt/+" };
        var session = new MqttSession(options, _transcript, TimeProvider.System);
        running = session.RunAsync(_stop.Token);
        return session;
    }

    async Task StopAsync(Task running)
    {
        await _stop.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(20));
    }
}
