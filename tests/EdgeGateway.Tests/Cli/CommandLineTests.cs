using EdgeGateway.Cli;
using EdgeGateway.Gateway;
using Microsoft.Extensions.Configuration;

namespace EdgeGateway.Tests.Cli;

public sealed class CommandLineTests
{
    [Fact]
    public void Settings_are_taken_out_of_the_arguments_in_both_spellings()
    {
        var (arguments, settings) = CommandLine.Split(["serve", "--Mqtt:PlainPort=0", "--data", "d", "--Gateway:Origin", "a.example"]);

        Assert.Equal(["serve", "--data", "d"], arguments);
        Assert.Equal(["--Mqtt:PlainPort=0", "--Gateway:Origin=a.example"], settings);
    }

    [Theory]
    [InlineData("http://0.0.0.0:80")]
    [InlineData("http://192.168.1.4:8080")]
    [InlineData("https://127.0.0.1:8443")]
    [InlineData("http://*:8080")]
    [InlineData("127.0.0.1:8080")]
    public void The_web_part_refuses_to_listen_beyond_loopback(string url) => Assert.Throws<GatewayException>(() => ListenUrls.Parse(url));

    [Fact]
    public void Several_loopback_addresses_are_taken() =>
        Assert.Equal(["127.0.0.1:0", "127.0.0.1:8081", "[::1]:8080"], ListenUrls.Parse("http://127.0.0.1:0;http://localhost:8081; http://[::1]:8080").Select(endpoint => endpoint.ToString()));

    [Fact]
    public void Every_wrong_setting_is_named_at_once()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Gateway:Origin"] = "has spaces",
            ["Gateway:TimeZone"] = "Mars/Olympus",
            ["Ledger:SegmentBytes"] = "12",
            ["Ledger:Segmentbites"] = "1",
            ["Ingest:ObservationInterval"] = "never",
        }).Build();

        var error = Assert.Throws<GatewayException>(() => GatewaySettings.Read(configuration));

        foreach (var named in new[] { "Gateway:Origin", "Gateway:TimeZone", "Ledger:SegmentBytes", "Ledger:Segmentbites", "Ingest" })
        {
            Assert.Contains(named, error.Message, StringComparison.Ordinal);
        }
    }
}
