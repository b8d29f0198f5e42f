using EdgeGateway.Cli;
using EdgeGateway.Gateway;
using EdgeGateway.Tests.Support;
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

    [Theory]
    [InlineData("--Foo:Bar=1", "Foo:Bar is not a setting: there is no section Foo. The sections are Clock, Docks, Evidence, Gateway,")]
    [InlineData("--Evidnce:Sm3=true", "Evidnce:Sm3 is not a setting", "Did you mean Evidence?")]
    [InlineData("--Mqtt:PlianPort=1", "Mqtt:PlianPort is not a setting", "Did you mean Mqtt:PlainPort?")]
    [InlineData("--Serilog:MinimumLevel=Debug", "Serilog:MinimumLevel is not a setting")]
    [InlineData("--Logging:LogLevel:Default=Debug", "Logging:LogLevel is not a setting")]
    [InlineData("--Mqtt=off", "Mqtt is 'off', and is a section")]
    public void A_setting_that_does_not_exist_is_refused_wherever_it_stands(string argument, params string[] told)
    {
        var key = argument[2..argument.IndexOf('=', StringComparison.Ordinal)];
        var value = argument[(argument.IndexOf('=', StringComparison.Ordinal) + 1)..];
        var json = $"{string.Concat(key.Split(':').Select(name => $"{{\"{name}\":"))}\"{value}\"{new string('}', key.Split(':').Length)}";
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json));
        IConfiguration[] all =
        [
            GatewaySettings.Configuration([argument]),
            new ConfigurationBuilder().AddJsonStream(stream).Build(),
        ];
        foreach (var error in all.Select(one => Assert.Throws<GatewayException>(() => GatewaySettings.Read(one))))
        {
            Assert.Equal(2, error.ExitCode);
            Assert.All(told, words => Assert.Contains(words, error.Message, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("ledger verify")]
    [InlineData("profile list")]
    [InlineData("serve")]
    public async Task A_misspelt_setting_on_the_command_line_is_wrong_usage_of_every_command(string words)
    {
        using var folder = new TempFolder();
        var errors = new StringWriter();

        Assert.Equal(2, await EdgegwCommand.RunAsync([.. words.Split(' '), "--data", folder["data"], "--Evidnce:Sm3=true"], errors));
        Assert.Contains("Did you mean Evidence?", errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_settings_and_a_wrong_address_are_told_at_once()
    {
        using var folder = new TempFolder();
        var errors = new StringWriter();

        var exitCode = await EdgegwCommand.RunAsync(
            ["serve", "--data", folder["data"], "--Mqtt:PlainPort=99999", "--Review:DueDays=abc", "--Foo:Bar=1", "--urls", "http://0.0.0.0:80"], errors);

        Assert.Equal(2, exitCode);
        foreach (var named in new[] { "Mqtt:PlainPort", "Review:DueDays is 'abc'", "Foo:Bar is not a setting", "--urls is 'http://0.0.0.0:80'" })
        {
            Assert.Contains(named, errors.ToString(), StringComparison.Ordinal);
        }
    }
}
