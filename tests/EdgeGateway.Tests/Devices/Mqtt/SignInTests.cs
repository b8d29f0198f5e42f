using System.Text;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Devices.Mqtt;

public sealed class SignInTests
{
    [Theory]
    [InlineData("cam-1", "wrong", false, "04")]
    [InlineData("cam-1", "wrong", true, "86")]
    [InlineData("cam-9", "secret", false, "04")]
    [InlineData("cam-9", "secret", true, "86")]
    [InlineData("Cam 1", "secret", true, "86")]
    [InlineData("", "secret", false, "02")]
    [InlineData("meter-1", "secret", true, "87")]
    public async Task Who_is_not_known_is_refused(string device, string secret, bool version5, string answer)
    {
        await using var gateway = await MqttGateway.StartAsync();
        using var socket = await gateway.OpenAsync();
        await socket.SendAsync(MqttPackets.Connect(device, secret: secret, version5: version5));
        var refused = await socket.ReceiveAsync();
        Assert.Equal(0x20, refused!.First);
        Assert.Equal(answer, Convert.ToHexStringLower([refused.Body[1]]));
        Assert.Null(await socket.ReceiveAsync());
    }

    [Fact]
    public async Task An_unknown_device_and_a_wrong_secret_get_the_same_answer()
    {
        await using var gateway = await MqttGateway.StartAsync();
        using var unknown = await gateway.OpenAsync();
        using var wrong = await gateway.OpenAsync();
        await unknown.SendAsync(MqttPackets.Connect("cam-9", version5: true));
        await wrong.SendAsync(MqttPackets.Connect("cam-1", secret: "wrong", version5: true));
        Assert.Equal((await unknown.ReceiveAsync())!.Body, (await wrong.ReceiveAsync())!.Body);
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 0x85)]
    public async Task The_client_id_must_be_the_device_id(bool version5, int code)
    {
        await using var gateway = await MqttGateway.StartAsync();
        using var socket = await gateway.OpenAsync();
        await socket.SendAsync(MqttPackets.Connect("something", userName: "cam-1", version5: version5));
        var answer = await socket.ReceiveAsync();
        Assert.Equal(code, answer!.Body[1]);
        if (version5) Assert.Contains("client id must be the device id", Encoding.UTF8.GetString(answer.Body), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 3)]
    [InlineData(true, 0x88)]
    public async Task Sign_ins_are_put_off_until_the_registry_is_loaded(bool version5, int code)
    {
        await using var gateway = await MqttGateway.StartAsync(new MqttSealer(), TimeProvider.System, [], isReady: false);
        using var socket = await gateway.OpenAsync();
        await socket.SendAsync(MqttPackets.Connect("cam-1", version5: version5));
        Assert.Equal(code, (await socket.ReceiveAsync())!.Body[1]);
    }

    [Fact]
    public async Task Refused_sign_ins_are_counted_by_reason_and_logged_without_secrets()
    {
        await using var gateway = await MqttGateway.StartAsync();
        using var refused = gateway.Count("edgegateway.mqtt.sign_ins.refused");
        for (var i = 0; i < 20; i++)
        {
            using var socket = await gateway.OpenAsync();
            await socket.SendAsync(MqttPackets.Connect($"stranger-{i}", secret: "hunter2", version5: true));
            await socket.ReceiveAsync();
        }

        Assert.Equal(20, refused.Sum);
        Assert.All(refused.Labels, label => Assert.Equal("reason=credentials", label));
        Assert.Single(gateway.Log, line => line.Contains(" 1103 ", StringComparison.Ordinal));
        Assert.DoesNotContain(gateway.Log, line =>
            line.Contains("hunter2", StringComparison.Ordinal) || line.Contains("stranger", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData((byte)3)]
    [InlineData((byte)6)]
    public async Task Another_protocol_version_is_refused_as_such(byte level)
    {
        await using var gateway = await MqttGateway.StartAsync();
        using var socket = await gateway.OpenAsync();
        await socket.SendAsync(MqttPackets.Connect("cam-1", level: level));
        Assert.Equal("20 0001", (await socket.ReceiveAsync())!.ToString());
        Assert.Null(await socket.ReceiveAsync());
    }

    [Fact]
    public async Task An_MQTT_5_client_is_told_the_limits()
    {
        await using var gateway = await MqttGateway.StartAsync();
        using var socket = await gateway.OpenAsync();
        // Asks for a session of an hour, with a will.
        await socket.SendAsync(MqttPackets.Connect("cam-1", version5: true, flags: 0xC0, properties: [0x11, 0, 0, 0x0E, 0x10]));
        // Session expiry 0, receive maximum 1024, no retain, no shared subscriptions, 64 + 8 KiB.
        Assert.Equal("20 0000" + "11" + "1100000000" + "210400" + "2500" + "2a00" + "2700012000", (await socket.ReceiveAsync())!.ToString());
    }

    [Fact]
    public async Task A_device_that_signs_in_again_takes_its_place_over()
    {
        await using var gateway = await MqttGateway.StartAsync();
        using var first = await gateway.SignInAsync(version5: true);
        using var second = await gateway.SignInAsync(version5: true);
        Assert.StartsWith("e0 8e", (await first.ReceiveAsync())!.ToString(), StringComparison.Ordinal);
        await second.PublishAsync("edgegw/v1/cam-1/event/x", "one");
        Assert.Equal("one", (await gateway.Sealer.NextAsync()).Text);
    }

    [Fact]
    public async Task A_device_that_leaves_the_registry_may_no_longer_publish()
    {
        await using var gateway = await MqttGateway.StartAsync();
        using var device = await gateway.SignInAsync(version5: true);
        gateway.Devices.Replace(MqttDevices.Device("cam-2", MqttDevices.Camera));
        await device.PublishAsync("edgegw/v1/cam-1/event/x", "one");
        Assert.StartsWith("e0 87", (await device.ReceiveAsync())!.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, gateway.Sealer.Accepted);
    }

    [Fact]
    public async Task A_device_that_was_given_another_secret_may_no_longer_publish_where_it_signed_in_with_the_old_one()
    {
        await using var gateway = await MqttGateway.StartAsync();
        using var device = await gateway.SignInAsync(version5: true);
        gateway.Devices.SecretsChanged = true;
        gateway.Devices.Replace(MqttDevices.Device("cam-1", MqttDevices.Camera));
        await device.PublishAsync("edgegw/v1/cam-1/event/x", "one");
        Assert.StartsWith("e0 87", (await device.ReceiveAsync())!.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, gateway.Sealer.Accepted);
    }

    [Fact]
    public async Task A_changed_registry_entry_is_in_force_at_the_next_message()
    {
        await using var gateway = await MqttGateway.StartAsync();
        using var device = await gateway.SignInAsync();
        gateway.Devices.Replace(MqttDevices.Device("cam-1", MqttDevices.Camera) with { RegistryIndex = 77 });
        await device.PublishAsync("edgegw/v1/cam-1/event/x", "one");
        Assert.Equal(77, (await gateway.Sealer.NextAsync()).Arrival!.Device.RegistryIndex);
    }

    [Fact]
    public async Task A_will_is_ignored()
    {
        await using var gateway = await MqttGateway.StartAsync();
        using var other = await gateway.SignInAsync("cam-2");
        await other.SendAsync(MqttPackets.Subscribe(1, false, ("edgegw/v1/cam-2/command/#", 1)));
        await other.ReceiveAsync();
        using (var socket = await gateway.OpenAsync())
        {
            var connect = MqttPackets.Connect("cam-1", flags: 0xC6);
            byte[] withWill =
                [.. connect[..19], 0, 28, .. "edgegw/v1/cam-2/command/stop"u8, 0, 1, (byte)'x', .. connect[19..]];
            withWill[1] = (byte)(withWill.Length - 2);
            await socket.SendAsync(withWill);
            Assert.Equal("20 0000", (await socket.ReceiveAsync())!.ToString());
        }

        using var again = await gateway.SignInAsync();
        await again.PublishAsync("edgegw/v1/cam-1/event/x", "after");
        Assert.Equal("after", (await gateway.Sealer.NextAsync()).Text);
        Assert.True(other.IsSilent);
    }
}
