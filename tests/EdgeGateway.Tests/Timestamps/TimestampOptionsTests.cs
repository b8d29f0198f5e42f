using EdgeGateway.Gateway;
using EdgeGateway.Timestamps;
using Microsoft.Extensions.Configuration;

namespace EdgeGateway.Tests.Timestamps;

/// <summary>The settings as a site writes them, and what is said about wrong ones.</summary>
public sealed class TimestampOptionsTests
{
    static readonly string[] Good =
    [
        "--Timestamps:Authorities:0:Name=tsa-1", "--Timestamps:Authorities:0:Url=http://tsa.example.cn/tsa", "--Timestamps:Authorities:0:Roots=/etc/roots.pem",
    ];

    [Fact]
    public void Every_setting_can_be_given_on_the_command_line()
    {
        var options = Read([.. Good, "--Timestamps:Authorities:0:Policy=1.2.3.4.1", "--Timestamps:All=true", "--Timestamps:Interval=00:00:05", "--Timestamps:Timeout=00:00:03",
            "--Timestamps:LongestRetry=00:01:00", "--Timestamps:Items:0=alarm", "--Timestamps:Items:1=capture", "--Timestamps:WaitingItems=7", "--Timestamps:RenewBefore=10.00:00:00",
            "--Timestamps:AlarmAfter=02:00:00", "--Timestamps:RevocationHosts:0=crl.example.cn:80", "--Timestamps:HashEnds:sha-256=2045-01-01"]);

        var authority = Assert.Single(options.Authorities);
        Assert.Equal(("tsa-1", "http://tsa.example.cn/tsa", "/etc/roots.pem", "1.2.3.4.1"), (authority.Name, authority.Url, authority.Roots, authority.Policy));
        Assert.Equal((true, 7, TimeSpan.FromSeconds(5), TimeSpan.FromDays(10)), (options.All, options.WaitingItems, options.Interval, options.RenewBefore));
        Assert.Equal(["alarm", "capture"], options.Items);
        Assert.Equal(["crl.example.cn:80"], options.RevocationHosts);
        Assert.Equal(new DateTimeOffset(2045, 1, 1, 0, 0, 0, TimeSpan.Zero), options.EndOfHash("sha-256"));
        Assert.Null(options.EndOfHash("sha-512"));
    }

    [Theory]
    [InlineData("--Timestamps:Interval=00:00:00", "Timestamps:Interval")]
    [InlineData("--Timestamps:Interval=soon", "Timestamps:Interval is 'soon'")]
    [InlineData("--Timestamps:None=true", "leave one of them out")]
    [InlineData("--Timestamps:Authorities:0:Name=a b", "Timestamps:Authorities:0:Name is 'a b'")]
    [InlineData("--Timestamps:Authorities:0:Url=ftp://tsa.example.cn/", "Timestamps:Authorities:0:Url")]
    [InlineData("--Timestamps:Authorities:0:Url=http://user:secret@tsa.example.cn/", "without a password")]
    [InlineData("--Timestamps:Authorities:0:Roots=", "Timestamps:Authorities:0:Roots is missing")]
    [InlineData("--Timestamps:Authorities:0:Policy=1.50.3", "Timestamps:Authorities:0:Policy is '1.50.3'")]
    [InlineData("--Timestamps:Authorities:0:Policies=1.2.3", "Policies")]
    [InlineData("--Timestamps:Authorities:1:Name=TSA-1", "the name 'tsa-1' more than once")]
    [InlineData("--Timestamps:RevocationHosts:0=crl.example.cn", "write host:port")]
    [InlineData("--Timestamps:HashEnds:sm3=2045-01-01", "'sm3'")]
    [InlineData("--Timestamps:HashEnds:sha-256=some-day", "Timestamps:HashEnds")]
    [InlineData("--Timestamps:Nonce=true", "Timestamps:Nonce is not a setting")]
    public void A_wrong_setting_is_named_with_its_remedy(string setting, string said)
    {
        var refused = Assert.Throws<GatewayException>(() => Read([.. Good, setting]));
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }

    static TimestampOptions Read(string[] settings) =>
        GatewaySettings.Read(new ConfigurationBuilder().AddCommandLine(EdgeGateway.Cli.CommandLine.Split(settings).Settings).Build()).Timestamps;
}
