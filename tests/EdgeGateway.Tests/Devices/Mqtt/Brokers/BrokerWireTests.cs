using System.Globalization;
using EdgeGateway.Evidence;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Devices.Mqtt.Brokers;

/// <summary>The gateway at Debian's broker.</summary>
public sealed class BrokerWireTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("0", "5")]
    [InlineData("1", "5")]
    [InlineData("2", "5")]
    [InlineData("1", "311")]
    [InlineData("2", "311")]
    public async Task What_a_device_sends_to_the_sites_broker_is_taken_and_the_broker_is_named(string quality, string version)
    {
        using var mosquitto = await SimMosquitto.StartAsync();
        await using var station = await BrokerStation.StartAsync(mosquitto);
        await station.Filters.SettledAsync();

        await PublishAsync(mosquitto, "edgegw/v1/cam-1/event/capture", "{\"eventId\":\"e-1\"}", "-q", quality, "-V", version);

        var arrival = (await station.Sealer.NextAsync()).Arrival!;
        Assert.Equal(("cam-1", "event", "e-1"), (arrival.Device.Id.Value, arrival.Message.Name, arrival.Interpretation.EventId));
        Assert.Equal(new Authentication("broker", "site", "none"), arrival.Authentication);
        Assert.False(arrival.Duplicate);
    }

    [Fact]
    public async Task A_device_that_is_not_at_the_broker_can_not_be_played_there()
    {
        using var mosquitto = await SimMosquitto.StartAsync();
        await using var station = await BrokerStation.StartAsync(mosquitto);
        await station.Filters.SettledAsync();

        await PublishAsync(mosquitto, "edgegw/v1/own-1/event/capture", "{}", "-q", "1");
        await PublishAsync(mosquitto, "edgegw/v1/stranger/event/capture", "{}", "-q", "1");
        await PublishAsync(mosquitto, "edgegw/v1/cam-1/event/capture", "{\"eventId\":\"last\"}", "-q", "1");

        Assert.Equal("last", (await station.Sealer.NextAsync()).Arrival!.Interpretation.EventId);
        Assert.DoesNotContain(station.Filters.Current, filter => filter.Contains("own-1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_too_large_for_its_message_is_recorded_and_not_sent_again()
    {
        using var mosquitto = await SimMosquitto.StartAsync();
        await using var station = await BrokerStation.StartAsync(mosquitto);
        await station.Filters.SettledAsync();

        await PublishAsync(mosquitto, "edgegw/v1/cam-1/event/capture", new string('x', MqttDevices.MaximumEventBytes + 1), "-q", "1");
        await PublishAsync(mosquitto, "edgegw/v1/cam-1/event/capture", "{}", "-q", "1");

        var refusal = (await station.Sealer.NextAsync()).Refusal!;
        Assert.Equal((RefusalReason.Oversized, "cam-1", "broker"), (refusal.Reason, refusal.Device!.Id.Value, refusal.Authentication.Method));
        Assert.NotNull((await station.Sealer.NextAsync()).Arrival);
    }

    [Fact]
    public async Task What_comes_while_the_gateway_is_away_waits_at_the_broker()
    {
        using var mosquitto = await SimMosquitto.StartAsync();
        var filters = new BrokerFilters();
        await using (var before = await BrokerStation.StartAsync(mosquitto, filters)) await filters.SettledAsync();
        for (var n = 1; n <= 20; n++) await PublishAsync(mosquitto, "edgegw/v1/cam-2/event/capture", $"{{\"eventId\":\"e-{n}\"}}", "-q", "1");

        await using var station = await BrokerStation.StartAsync(mosquitto, filters);

        for (var n = 1; n <= 20; n++) Assert.Equal($"e-{n}", (await station.Sealer.NextAsync()).Arrival!.Interpretation.EventId);
        Assert.Contains(station.Log, line => line.Contains("its session goes on", StringComparison.Ordinal));
    }

    [Trait("Ask", "No row deleted before receipt")]
    [Fact]
    public async Task What_could_not_be_sealed_is_not_acknowledged_and_comes_again()
    {
        using var mosquitto = await SimMosquitto.StartAsync();
        var sealer = new MqttSealer { SealsAtOnce = false };
        await using var station = await BrokerStation.StartAsync(mosquitto, sealer: sealer);
        await station.Filters.SettledAsync();
        await PublishAsync(mosquitto, "edgegw/v1/cam-1/event/capture", "{\"eventId\":\"e-1\"}", "-q", "1");

        var first = await sealer.NextAsync();
        Assert.False(first.Arrival!.Duplicate);
        first.Outcome.SetResult(SealOutcome.Unavailable);
        var second = await sealer.NextAsync();
        Assert.Equal(("e-1", true), (second.Arrival!.Interpretation.EventId, second.Arrival.Duplicate));
        second.Outcome.SetResult(MqttSealer.Sealed(1));

        // Acknowledged now: a later session brings the next message only.
        await station.StopAsync();
        await PublishAsync(mosquitto, "edgegw/v1/cam-1/event/capture", "{\"eventId\":\"e-2\"}", "-q", "1");
        await using var after = await BrokerStation.StartAsync(mosquitto, station.Filters);
        Assert.Equal("e-2", (await after.Sealer.NextAsync()).Arrival!.Interpretation.EventId);
    }

    [Fact]
    public async Task A_broker_that_was_away_is_found_again()
    {
        using var mosquitto = await SimMosquitto.StartAsync();
        await using var station = await BrokerStation.StartAsync(mosquitto);
        await station.Filters.SettledAsync();

        mosquitto.Kill();
        await mosquitto.StartAgainAsync();
        await station.Filters.SettledAsync();

        await PublishAsync(mosquitto, "edgegw/v1/cam-1/event/capture", "{}", "-q", "1");
        Assert.NotNull((await station.Sealer.NextAsync()).Arrival);
    }

    [Trait("Ask", "Changed topics applied in persistent session")]
    [Fact]
    public async Task Devices_that_come_and_go_are_subscribed_to_by_difference_also_over_a_restart()
    {
        using var mosquitto = await SimMosquitto.StartAsync();
        var filters = new BrokerFilters();
        await using (var station = await BrokerStation.StartAsync(mosquitto, filters))
        {
            await filters.SettledAsync();
            station.Devices.Replace([BrokerStation.Camera("cam-2"), BrokerStation.Camera("cam-3")]);
            await filters.SettledAsync();
            await PublishAsync(mosquitto, "edgegw/v1/cam-1/event/capture", "{}", "-q", "1");
            await PublishAsync(mosquitto, "edgegw/v1/cam-3/event/capture", "{}", "-q", "1");
            Assert.Equal("cam-3", (await station.Sealer.NextAsync()).Arrival!.Device.Id.Value);
        }

        // Nobody is at the broker while the registry changes: its session still has cam-2 until it is told.
        await using var after = await BrokerStation.StartAsync(mosquitto, filters, devices: BrokerStation.Cameras(1));
        await filters.SettledAsync();
        await PublishAsync(mosquitto, "edgegw/v1/cam-2/event/capture", "{}", "-q", "1");
        await PublishAsync(mosquitto, "edgegw/v1/cam-1/event/capture", "{}", "-q", "1");
        Assert.Equal("cam-1", (await after.Sealer.NextAsync()).Arrival!.Device.Id.Value);
    }

    [Fact]
    public async Task A_sealer_that_fails_stops_the_gateway_though_another_broker_is_only_out_of_reach()
    {
        using var mosquitto = await SimMosquitto.StartAsync();
        await using var station = await BrokerStation.StartAsync(
            mosquitto, sealer: new MqttSealer { Fault = new InvalidOperationException("the ledger has failed") },
            settings: ["Mqtt:Brokers:other:Host=127.0.0.1", "Mqtt:Brokers:other:Port=1", "Mqtt:Brokers:other:Tls=false"]);
        await station.Filters.SettledAsync();

        await PublishAsync(mosquitto, "edgegw/v1/cam-1/event/capture", "{}", "-q", "1");

        await station.StoppedAsync();
        Assert.Contains(station.Log, line => line.Contains("the ledger has failed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_device_at_a_broker_that_the_settings_do_not_name_is_told_once_also_when_it_is_added_later()
    {
        using var mosquitto = await SimMosquitto.StartAsync();
        await using var station = await BrokerStation.StartAsync(mosquitto);
        await station.Filters.SettledAsync();

        for (var n = 0; n < 3; n++) station.Devices.Replace([BrokerStation.Camera("cam-1"), BrokerStation.Camera("cam-9") with { Broker = "sight" }]);

        Assert.Single(station.Log, line => line.Contains("cam-9 is at broker sight", StringComparison.Ordinal));
    }

    [Trait("Ask", "Retained messages cannot switch recording off")]
    [Fact]
    public async Task Retained_messages_are_passed_over()
    {
        using var mosquitto = await SimMosquitto.StartAsync();
        await PublishAsync(mosquitto, "edgegw/v1/cam-1/event/capture", "{\"eventId\":\"old\"}", "-q", "1", "-r");
        await using var station = await BrokerStation.StartAsync(mosquitto);
        await station.Filters.SettledAsync();

        await PublishAsync(mosquitto, "edgegw/v1/cam-1/event/capture", "{\"eventId\":\"new\"}", "-q", "1");

        Assert.Equal("new", (await station.Sealer.NextAsync()).Arrival!.Interpretation.EventId);
    }

    [Fact]
    public async Task Each_message_comes_once_also_where_the_rules_of_a_profile_overlap()
    {
        using var mosquitto = await SimMosquitto.StartAsync();
        var devices = new MqttDevices();
        var profile = MqttDevices.Camera with { Messages = [MqttDevices.Camera.Messages[1] with { Name = "snapshot", Topic = "edgegw/v1/{device}/event/snapshot" }, .. MqttDevices.Camera.Messages] };
        devices.Replace([MqttDevices.Device("cam-1", profile) with { Broker = "site" }]);
        await using var station = await BrokerStation.StartAsync(mosquitto, devices: devices);
        await station.Filters.SettledAsync();

        await PublishAsync(mosquitto, "edgegw/v1/cam-1/event/snapshot", "{\"eventId\":\"1\"}", "-q", "1");
        await PublishAsync(mosquitto, "edgegw/v1/cam-1/event/other", "{\"eventId\":\"2\"}", "-q", "1");

        Assert.Equal("snapshot", (await station.Sealer.NextAsync()).Arrival!.Message.Name);
        Assert.Equal("2", (await station.Sealer.NextAsync()).Arrival!.Interpretation.EventId);
    }

    Task PublishAsync(SimMosquitto broker, string topic, string payload, params string[] more) => PublishAsync(broker, _folder["payload"], topic, payload, more);

    static async Task PublishAsync(SimMosquitto broker, string file, string topic, string payload, string[] more)
    {
        await File.WriteAllTextAsync(file, payload);
        var published = await E2eCommand.RunAsync("mosquitto_pub", ["-h", "127.0.0.1", "-p", broker.Port.ToString(CultureInfo.InvariantCulture), "-t", topic, "-f", file, .. more]);
        Assert.True(published.ExitCode == 0, published.ToString());
    }
}
