using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeGateway.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace EdgeGateway.Tests.Devices.Mqtt;

/// <summary>Devices that sign in with a certificate.</summary>
public sealed class CertificateSignInTests
{
    const byte NoUserName = 0x02;
    const byte Accepted = 0;
    const byte BadCredentials = 0x86;
    const byte NotAuthorized = 0x87;

    static readonly DateTimeOffset Now = new(2026, 11, 26, 8, 0, 0, TimeSpan.Zero);

    readonly FakeTimeProvider _time = new(Now);
    readonly MqttDevices _devices = new();

    [Theory]
    [InlineData(NoUserName)]
    [InlineData(0x82)]
    public async Task The_device_whose_certificate_it_is_signs_in_with_a_user_name_or_without(byte flags)
    {
        using var certificate = Pinned();
        await using var gateway = await StartAsync();

        using var socket = await MqttSocket.OpenTlsAsync(gateway.TlsPort, certificate);
        Assert.Equal(Accepted, await ConnectAsync(socket, "cam-1", flags));
        socket.Version5 = true;
        await socket.PublishAsync("edgegw/v1/cam-1/event/capture", "{}", id: 7);

        Assert.Equal(7, (await socket.ReceiveAsync())!.Id);
        var authentication = (await gateway.Sealer.NextAsync()).Arrival!.Authentication;
        Assert.Equal(("certificate", "credential-2"), (authentication.Method, authentication.CredentialId));
        Assert.Equal("1.3", authentication.Tls);
    }

    [Fact]
    public async Task Another_devices_certificate_an_unknown_one_and_none_are_refused_with_the_answer_for_an_unknown_device()
    {
        using var pinned = Pinned();
        using var other = TestCertificates.Make("CN=cam-1", Now);
        await using var gateway = await StartAsync();

        foreach (var (device, certificate) in new[] { ("cam-2", pinned), ("cam-1", other), ("cam-9", pinned), ("cam-1", null) })
        {
            using var socket = await MqttSocket.OpenTlsAsync(gateway.TlsPort, certificate);
            Assert.Equal(BadCredentials, await ConnectAsync(socket, device, NoUserName | 0x80));
            Assert.Null(await socket.ReceiveAsync());
        }
    }

    [Fact]
    public async Task The_certificate_itself_is_no_password()
    {
        using var certificate = Pinned();
        await using var gateway = await StartAsync();

        using var socket = await MqttSocket.OpenTlsAsync(gateway.TlsPort, null);
        await socket.SendAsync(MqttPackets.Connect("cam-1", secret: Convert.ToHexStringLower(_devices.Certificate!), version5: true));

        Assert.Equal(BadCredentials, (await socket.ReceiveAsync())!.Body[1]);
    }

    [Fact]
    public async Task A_certificate_that_is_not_the_devices_does_not_keep_its_secret_from_counting()
    {
        using var other = TestCertificates.Make("CN=proxy", Now);
        await using var gateway = await StartAsync();

        using var socket = await MqttSocket.OpenTlsAsync(gateway.TlsPort, other);
        await socket.SendAsync(MqttPackets.Connect("cam-2", version5: true));

        Assert.Equal(Accepted, (await socket.ReceiveAsync())!.Body[1]);
    }

    [Theory]
    [InlineData(2, true, NotAuthorized)]
    [InlineData(-2, true, NotAuthorized)]
    [InlineData(2, false, Accepted)]
    [InlineData(-2, false, Accepted)]
    public async Task Its_dates_count_only_while_the_clock_is_to_be_trusted(int days, bool trusted, byte code)
    {
        using var certificate = Pinned();
        await using var gateway = await StartAsync();
        _time.AdjustTime(Now.AddDays(days));
        gateway.Clock.MayDecideByDate = trusted;
        using var refusals = gateway.Count("edgegateway.mqtt.sign_ins.refused");

        using var socket = await MqttSocket.OpenTlsAsync(gateway.TlsPort, certificate);

        Assert.Equal(code, await ConnectAsync(socket, "cam-1", NoUserName));
        Assert.Equal(code == Accepted ? [] : ["reason=certificate"], refusals.Labels);
    }

    [Fact]
    public async Task A_session_ends_when_another_credential_takes_the_certificates_place()
    {
        using var certificate = Pinned();
        await using var gateway = await StartAsync();
        using var socket = await MqttSocket.OpenTlsAsync(gateway.TlsPort, certificate);
        Assert.Equal(Accepted, await ConnectAsync(socket, "cam-1", NoUserName));
        socket.Version5 = true;

        _devices.SecretsChanged = true;
        _devices.Replace([.. _devices.Current.All]);
        await socket.PublishAsync("edgegw/v1/cam-1/event/capture", "{}", id: 7);

        Assert.Equal(0xE0, (await socket.ReceiveAsync())!.First);
        Assert.False(gateway.Sealer.TryNext(out _));
    }

    X509Certificate2 Pinned()
    {
        var certificate = TestCertificates.Make("CN=anything", Now);
        _devices.Certificate = SHA256.HashData(certificate.RawData);
        return certificate;
    }

    Task<MqttGateway> StartAsync() => MqttGateway.StartAsync(new MqttSealer(), _time, ["Mqtt:TlsPort=0", "Mqtt:TlsAddress=127.0.0.1"], _devices);

    static async Task<byte> ConnectAsync(MqttSocket socket, string device, byte flags)
    {
        await socket.SendAsync(MqttPackets.Connect(device, version5: true, flags: flags));
        return (await socket.ReceiveAsync())!.Body[1];
    }
}
