using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>MQTT with TLS, by stock clients that know the gateway by its authority.</summary>
public sealed class TlsTests
{
    [Theory]
    [InlineData("5")]
    [InlineData("311")]
    public async Task A_stock_client_that_knows_the_authority_is_served_and_the_entry_says_how(string version)
    {
        await using var station = await StartAsync();
        var (secret, authority) = (await station.AddDeviceAsync("cam-01"), await AuthorityAsync(station));
        await File.WriteAllTextAsync(station.Beside("event.json"), E2eMqtt.Event("e-1"));

        var published = await PublishAsync(station, secret, version, "--cafile", authority);

        Assert.True(published.ExitCode == 0, published.ToString());
        var item = Assert.Single(await station.EvidenceAsync("--device", "cam-01"));
        var auth = (await station.AskAsync("evidence", "show", item.GetProperty("index").GetRawText())).GetProperty("leaf").GetProperty("auth");
        Assert.Equal(("secret", "1.3"), (auth.GetProperty("method").GetString(), auth.GetProperty("tls").GetString()));
    }

    [Theory]
    [InlineData("5")]
    [InlineData("311")]
    public async Task A_stock_client_signs_in_with_a_certificate_of_anyones_and_the_secret_is_dead(string version)
    {
        await using var station = await StartAsync();
        var (secret, authority) = (await station.AddDeviceAsync("cam-01"), await AuthorityAsync(station));
        var (certificate, key) = await CertificateAsync(station, "maker");
        await File.WriteAllTextAsync(station.Beside("event.json"), E2eMqtt.Event("e-1"));

        var renewed = await station.AskAsync("device", "credential", "cam-01", "--cert", certificate);

        Assert.Equal(("certificate", JsonValueKind.Null), (renewed.GetProperty("credentialKind").GetString(), renewed.GetProperty("secret").ValueKind));
        Assert.NotEqual(0, (await PublishAsync(station, secret, version, "--cafile", authority)).ExitCode);
        var published = await SignedInAsync(station, version, authority, certificate, key);
        Assert.True(published.ExitCode == 0, published.ToString());
        var item = Assert.Single(await station.EvidenceAsync("--device", "cam-01"));
        var auth = (await station.AskAsync("evidence", "show", item.GetProperty("index").GetRawText())).GetProperty("leaf").GetProperty("auth");
        Assert.Equal(("certificate", renewed.GetProperty("credentialId").GetString()), (auth.GetProperty("method").GetString(), auth.GetProperty("credentialId").GetString()));

        // Known again after a restart and a rebuild, and dead with the next credential.
        Assert.Equal(0, await station.Gateway.StopAsync());
        Assert.Equal(0, (await station.RunAsync("rebuild")).ExitCode);
        await station.StartAsync("--Mqtt:TlsPort=0", "--Mqtt:TlsAddress=127.0.0.1");
        Assert.Equal(0, (await SignedInAsync(station, version, authority, certificate, key)).ExitCode);
        await station.AskAsync("device", "credential", "cam-01");
        Assert.NotEqual(0, (await SignedInAsync(station, version, authority, certificate, key)).ExitCode);
    }

    [Fact]
    public async Task A_device_that_made_its_own_key_signs_in_with_the_certificate_that_the_authority_issued_for_it()
    {
        await using var station = await StartAsync();
        await station.AddDeviceAsync("cam-01");
        var (authority, key, request, certificate) = (await AuthorityAsync(station), station.Beside("cam.key"), station.Beside("cam.csr"), station.Beside("cam.pem"));
        await File.WriteAllTextAsync(station.Beside("event.json"), E2eMqtt.Event("e-1"));
        await Openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=anything", "-keyout", key, "-out", request);

        var issued = await station.AskAsync("device", "credential", "cam-01", "--request", request, "--days", "30", "--out", certificate);

        Assert.Equal(issued.GetProperty("certificate").GetString(), await File.ReadAllTextAsync(certificate));
        var chain = await Openssl("verify", "-purpose", "sslclient", "-CAfile", authority, certificate);
        Assert.True(chain.ExitCode == 0, chain.ToString());
        Assert.Contains("CN = cam-01", (await Openssl("x509", "-in", certificate, "-noout", "-subject")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await SignedInAsync(station, "5", authority, certificate, key)).ExitCode);
        Assert.Single(await station.EvidenceAsync("--device", "cam-01"));
    }

    [Fact]
    public async Task What_can_not_be_a_devices_certificate_is_refused_by_name_and_changes_nothing()
    {
        await using var station = await StartAsync();
        var secret = await station.AddDeviceAsync("cam-01");
        var (certificate, _) = await CertificateAsync(station, "cam-02");
        await station.AskAsync("device", "add", "--id", "cam-02", "--profile", "camera-mqtt", "--cert", certificate);
        var (weak, _) = await CertificateAsync(station, "weak", "-newkey", "rsa:1024");
        var (odd, _) = await CertificateAsync(station, "odd", "-newkey", "ed25519");
        var (server, _) = await CertificateAsync(station, "server", "-newkey", "rsa:2048", "-addext", "extendedKeyUsage=serverAuth");
        var (old, _) = await CertificateAsync(station, "cam-03");
        await File.WriteAllBytesAsync(old, (await File.ReadAllBytesAsync(old))[..300]);

        foreach (var (file, words, code) in new[]
        {
            (weak, "1024", 2), (odd, "P-256", 2), (server, "clientAuth", 2), (await AuthorityAsync(station), "authority", 2), (old, "X.509", 2), (certificate, "cam-02", 1),
        })
        {
            var refused = await station.RunAsync("device", "credential", "cam-01", "--cert", file);
            Assert.Equal(code, refused.ExitCode);
            Assert.Contains(words, refused.Error, StringComparison.Ordinal);
        }

        await File.WriteAllTextAsync(station.Beside("event.json"), E2eMqtt.Event("e-1"));
        Assert.Equal(0, (await PublishAsync(station, secret, "5", "--cafile", await AuthorityAsync(station))).ExitCode);
    }

    [Fact]
    public async Task A_client_that_has_no_more_than_TLS_1_2_is_served_too()
    {
        await using var station = await StartAsync();
        var secret = await station.AddDeviceAsync("cam-01");
        using var client = new TcpClient("127.0.0.1", PortOf(station));
        await using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = SslProtocols.Tls12,
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(await AuthorityAsync(station)) },
            },
        });

        await tls.WriteAsync((byte[])[.. MqttPackets.Connect("cam-01", secret: secret), .. MqttPackets.Publish("edgegw/v1/cam-01/event/capture", "{}"u8.ToArray(), id: 7)]);
        var answers = new byte[8];
        await tls.ReadExactlyAsync(answers, MqttDeadline.Token);

        Assert.Equal([0x20, 2, 0, 0, 0x40, 2, 0, 7], answers);
        var item = Assert.Single(await station.EvidenceAsync());
        Assert.Equal("1.2", (await station.AskAsync("evidence", "show", item.GetProperty("index").GetRawText())).GetProperty("leaf").GetProperty("auth").GetProperty("tls").GetString());
    }

    [Fact]
    public async Task A_client_that_does_not_know_the_authority_or_the_name_sends_nothing()
    {
        await using var station = await StartAsync();
        await using var other = await StartAsync();
        var (secret, authority) = (await station.AddDeviceAsync("cam-01"), await AuthorityAsync(station));
        await File.WriteAllTextAsync(station.Beside("event.json"), E2eMqtt.Event("e-1"));

        Assert.NotEqual(0, (await PublishAsync(station, secret, "5", "--cafile", await AuthorityAsync(other))).ExitCode);
        Assert.NotEqual(0, (await PublishAsync(station, secret, "5", "--capath", "/etc/ssl/certs")).ExitCode);
        Assert.Equal(0, (await PublishAsync(station, secret, "5", "--cafile", authority)).ExitCode);
        Assert.Single(await station.EvidenceAsync("--device", "cam-01"));
    }

    [Fact]
    public async Task What_is_no_handshake_costs_the_others_nothing()
    {
        await using var station = await StartAsync("--Mqtt:MaximumStrangers=4", "--Mqtt:ConnectTimeoutSeconds=60");
        var (secret, authority) = (await station.AddDeviceAsync("cam-01"), await AuthorityAsync(station));
        await File.WriteAllTextAsync(station.Beside("event.json"), E2eMqtt.Event("e-1"));
        var silent = new List<MqttSocket>();
        try
        {
            // More than may be in the middle of a handshake; half of them speak MQTT without TLS, and one sends noise.
            for (var n = 0; n < 12; n++)
            {
                silent.Add(await MqttSocket.OpenAsync(PortOf(station)));
                if (n % 2 == 0) await silent[n].TrySendAsync(MqttPackets.Connect("cam-01", secret: secret));
            }

            var noise = new byte[4096];
            new Random(1126).NextBytes(noise);
            await silent[1].TrySendAsync(noise);

            Assert.Equal(0, (await PublishAsync(station, secret, "5", "--cafile", authority)).ExitCode);
        }
        finally
        {
            foreach (var socket in silent) socket.Dispose();
        }

        Assert.Equal(0, await station.Gateway.StopAsync());
        Assert.DoesNotContain("   at ", station.Gateway.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Openssl_finds_the_chain_the_name_and_no_old_protocol()
    {
        await using var station = await StartAsync("--Mqtt:TlsNames:0=station-01.example");
        var authority = await AuthorityAsync(station);
        var address = $"127.0.0.1:{PortOf(station)}";

        var checkedBy = await Openssl("s_client", "-connect", address, "-CAfile", authority, "-verify_return_error", "-verify_hostname", "station-01.example", "-brief");
        Assert.True(checkedBy.ExitCode == 0 && checkedBy.Error.Contains("Verification: OK", StringComparison.Ordinal), checkedBy.ToString());
        Assert.NotEqual(0, (await Openssl("s_client", "-connect", address, "-CAfile", authority, "-verify_return_error", "-verify_hostname", "station-02.example")).ExitCode);
        Assert.NotEqual(0, (await Openssl("s_client", "-connect", address, "-CAfile", authority, "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0")).ExitCode);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(station.File("keys", "tls", "ca.key")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(station.File("keys", "tls", "server.pem")));
        var tls = (await station.RunAsync("check", "--json")).Json.EnumerateArray().Single(result => result.GetProperty("name").GetString() == "tls");
        Assert.Contains("station-01.example", tls.GetProperty("sentence").GetString(), StringComparison.Ordinal);
        Assert.Equal("good", tls.GetProperty("verdict").GetString());
    }

    [Fact]
    public async Task A_certificate_of_the_sites_own_is_shown_and_one_that_can_not_be_read_is_named_before_anything_listens()
    {
        await using var station = new E2eStation();
        var (certificate, key) = (station.Beside("site.pem"), station.Beside("site.key"));
        await Openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj", "/CN=site", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate);
        await station.StartAsync("--Mqtt:TlsPort=0", "--Mqtt:TlsAddress=127.0.0.1", $"--Mqtt:TlsCertificate={certificate}", $"--Mqtt:TlsKey={key}");
        var secret = await station.AddDeviceAsync("cam-01");
        await File.WriteAllTextAsync(station.Beside("event.json"), E2eMqtt.Event("e-1"));
        Assert.Equal(0, (await PublishAsync(station, secret, "5", "--cafile", certificate)).ExitCode);
        Assert.False(Directory.Exists(station.File("keys", "tls")));
        Assert.Equal(0, await station.Gateway.StopAsync());

        await File.WriteAllTextAsync(key, "no key");
        var refused = station.Launch("--Mqtt:TlsPort=0", "--Mqtt:TlsAddress=127.0.0.1", $"--Mqtt:TlsCertificate={certificate}", $"--Mqtt:TlsKey={key}");
        Assert.Equal(1, await refused.WaitForExitAsync());
        Assert.Contains(key, refused.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Log, StringComparison.Ordinal);
    }

    static Task<E2eStation> StartAsync(params string[] settings) => E2eStation.StartedAsync(["--Mqtt:TlsPort=0", "--Mqtt:TlsAddress=127.0.0.1", .. settings]);

    /// <returns>A certificate that signs itself, for signing in, and its key.</returns>
    static async Task<(string Certificate, string Key)> CertificateAsync(E2eStation station, string name, params string[] options)
    {
        var (certificate, key) = (station.Beside($"{name}.pem"), station.Beside($"{name}.key"));
        string[] kind = options is [] ? ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"] : options;
        var made = await Openssl(["req", "-x509", "-nodes", "-days", "30", "-subj", $"/CN={name}", "-addext", "basicConstraints=critical,CA:FALSE", "-keyout", key, "-out", certificate, .. kind]);
        Assert.True(made.ExitCode == 0, made.ToString());
        return (certificate, key);
    }

    static Task<E2eResult> SignedInAsync(E2eStation station, string version, string authority, string certificate, string key) => E2eCommand.RunAsync("mosquitto_pub",
    [
        "-h", "localhost", "-p", PortOf(station).ToString(CultureInfo.InvariantCulture), "-V", version, "-i", "cam-01", "-q", "1",
        "-t", "edgegw/v1/cam-01/event/capture", "-f", station.Beside("event.json"), "--cafile", authority, "--cert", certificate, "--key", key,
    ]);

    static int PortOf(E2eStation station) => station.Gateway.Ready.GetProperty("mqtts").GetInt32();

    static async Task<string> AuthorityAsync(E2eStation station)
    {
        var shown = await station.AskAsync("device", "ca", "--out", station.Beside("ca.pem"));
        Assert.Equal(shown.GetProperty("certificate").GetString(), await File.ReadAllTextAsync(station.Beside("ca.pem")));
        return station.Beside("ca.pem");
    }

    static Task<E2eResult> PublishAsync(E2eStation station, string secret, string version, params string[] tls) => E2eCommand.RunAsync("mosquitto_pub",
    [
        "-h", "localhost", "-p", PortOf(station).ToString(CultureInfo.InvariantCulture), "-V", version, "-i", "cam-01", "-u", "cam-01", "-P", secret, "-q", "1",
        "-t", "edgegw/v1/cam-01/event/capture", "-f", station.Beside("event.json"), .. tls,
    ]);

    static Task<E2eResult> Openssl(params string[] arguments) => E2eCommand.RunAsync("openssl", arguments);
}
