using System.Security.Cryptography.X509Certificates;
using EdgeGateway.Clocks;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Gateway;
using EdgeGateway.Tests.Support;
using EdgeGateway.Tls;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EdgeGateway.Tests.Tls;

public sealed class ServerCertificatesTests : IDisposable
{
    readonly TempFolder _data = new();
    readonly FakeTimeProvider _time = new(BuildDate.Value.AddDays(100));

    public void Dispose() => _data.Dispose();

    [Fact]
    public void The_next_start_shows_the_same_certificate()
    {
        Assert.Equal(Thumbprint(), Thumbprint());
    }

    [Fact]
    public void Another_is_issued_by_the_same_authority_before_the_first_ends_and_without_a_restart()
    {
        using var certificates = Certificates();
        var (first, authority) = (certificates.Open().Thumbprint, Authority());

        _time.Advance(TimeSpan.FromDays(825 - 31));
        Assert.Equal(first, certificates.Open().Thumbprint);
        _time.Advance(TimeSpan.FromDays(2));

        Assert.NotEqual(first, certificates.Open().Thumbprint);
        Assert.True(certificates.Open().NotAfter.ToUniversalTime() > _time.GetUtcNow().UtcDateTime.AddDays(800));
        Assert.Equal(authority, Authority());
    }

    [Fact]
    public void Another_name_or_a_damaged_file_makes_another()
    {
        var first = Thumbprint();
        Assert.NotEqual(first, Thumbprint(new MqttOptions { TlsNames = ["station-01.example", "192.0.2.7"] }));
        var second = Thumbprint(new MqttOptions { TlsNames = ["192.0.2.7", "STATION-01.example"] });
        Assert.Equal(second, Thumbprint(new MqttOptions { TlsNames = ["station-01.example", "192.0.2.7"] }));
        File.WriteAllText(ServerCertificates.PathIn(_data.Path), "half a file");
        Assert.NotEqual(second, Thumbprint());
    }

    [Theory]
    [InlineData(2000)]
    [InlineData(2040)]
    public void A_clock_that_is_wrong_makes_a_certificate_that_is_good_for_devices_that_are_right(int year)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var certificates = new ServerCertificates(_data.Path, "station-01.example", new MqttOptions(), time, NullLogger<ServerCertificates>.Instance);
        var certificate = certificates.Open();

        Assert.True(certificate.NotBefore.ToUniversalTime() <= BuildDate.Value.UtcDateTime);
        Assert.True(certificate.NotAfter.ToUniversalTime() > BuildDate.Value.UtcDateTime.AddDays(800));
        using var chain = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, VerificationTime = BuildDate.Value.UtcDateTime.AddDays(1) } };
        using var authority = X509CertificateLoader.LoadCertificateFromFile(CertificateAuthority.CertificatePath(_data.Path));
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        Assert.True(chain.Build(certificate), string.Join(", ", chain.ChainStatus.Select(status => status.StatusInformation)));
    }

    [Theory]
    [InlineData("ca.key")]
    [InlineData("ca.pem")]
    public void An_authority_that_is_damaged_is_named_and_never_replaced(string file)
    {
        Thumbprint();
        var path = Path.Combine(CertificateAuthority.FolderIn(_data.Path), file);
        File.WriteAllText(path, "damaged");

        Assert.Contains(path, Assert.Throws<GatewayException>(() => Thumbprint()).Message, StringComparison.Ordinal);
        Assert.Equal("damaged", File.ReadAllText(path));
    }

    [Fact]
    public void Where_none_can_be_issued_the_one_in_force_stays()
    {
        using var certificates = Certificates();
        var first = certificates.Open().Thumbprint;
        File.WriteAllText(Path.Combine(CertificateAuthority.FolderIn(_data.Path), "ca.key"), "damaged");

        _time.Advance(TimeSpan.FromDays(820));

        Assert.Equal(first, certificates.Open().Thumbprint);
    }

    ServerCertificates Certificates(MqttOptions? options = null) => new(_data.Path, "station-01.example", options ?? new MqttOptions(), _time, NullLogger<ServerCertificates>.Instance);

    string Thumbprint(MqttOptions? options = null)
    {
        using var certificates = Certificates(options);
        return certificates.Open().Thumbprint;
    }

    byte[] Authority() => File.ReadAllBytes(CertificateAuthority.CertificatePath(_data.Path));
}
