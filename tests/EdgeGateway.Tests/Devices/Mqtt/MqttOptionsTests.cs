using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Tests.Support;
using Microsoft.Extensions.Options;

namespace EdgeGateway.Tests.Devices.Mqtt;

public sealed class MqttOptionsTests
{
    [Fact]
    public void The_defaults_are_valid() =>
        Assert.True(new MqttOptionsValidator().Validate(null, new MqttOptions()).Succeeded);

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        var result = new MqttOptionsValidator().Validate(null, new MqttOptions
        {
            PlainPort = "65536",
            TlsPort = "8883s",
            TlsAddress = "everywhere",
            TlsNames = ["a name"],
            TlsKey = "key.pem",
            MaximumConnections = 0,
            MaximumStrangers = 0,
            ConnectTimeoutSeconds = 61,
            ReceiveMaximum = 65536,
            SealWaitSeconds = 0,
            StopWaitSeconds = -1,
        });
        Assert.Equal(11, result.Failures!.Count());
        Assert.Contains(result.Failures!, failure => failure.Contains("TlsCertificate and Mqtt:TlsKey belong together", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("")]
    [InlineData("1883 ")]
    [InlineData("mqtt")]
    public void A_port_is_a_number_or_off(string port) =>
        Assert.False(new MqttOptionsValidator().Validate(null, new MqttOptions { PlainPort = port }).Succeeded);

    [Fact]
    public async Task A_wrong_setting_stops_the_start() =>
        Assert.Contains(
            "Mqtt:TlsPort",
            (await Assert.ThrowsAsync<OptionsValidationException>(() => MqttGateway.StartAsync("Mqtt:TlsPort=tls"))).Message,
            StringComparison.Ordinal);

    [Fact]
    public async Task The_plain_listener_can_be_off()
    {
        await using var gateway = await MqttGateway.StartAsync("Mqtt:PlainPort=off");

        Assert.DoesNotContain(gateway.Log, line => line.Contains(" 1100 ", StringComparison.Ordinal));
        Assert.Equal(0, gateway.Port);
    }
}
