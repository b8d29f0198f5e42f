using EdgeGateway.Gateway;
using EdgeGateway.Profiles;
using EdgeGateway.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace EdgeGateway.Tests.Gateway;

public sealed class LastStartTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_stopped_command_works_with_what_the_gateway_was_started_with()
    {
        LastStart.Write(_folder.Path, Given("--Witness:Policy=witness/policy", "--Timestamps:None=true", "--Mqtt:PlainPort=0"), ProfileCatalog.Empty);

        var settings = GatewaySettings.Read(GatewaySettings.Configuration([], Read()));

        Assert.Equal(Path.GetFullPath("witness/policy"), settings.Witness.Policy);
        Assert.True(settings.Timestamps.None);
        Assert.DoesNotContain(settings.InForce, line => line.StartsWith("Mqtt", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_given_counts_and_the_difference_is_told()
    {
        LastStart.Write(_folder.Path, Given("--Witness:Policy=/a", "--Review:DueDays=7"), ProfileCatalog.Empty);
        var started = Read()!;
        string[] arguments = ["--Witness:Policy=/b", "--Review:DueDays=7", "--Retention:Default=12"];

        Assert.Equal("/b", GatewaySettings.Read(GatewaySettings.Configuration(arguments, started)).Witness.Policy);
        Assert.Equal(
            ["Retention:Default is '12' here, and was not set when the gateway was started last; the one here counts.",
             "Witness:Policy is '/b' here, and was '/a' when the gateway was started last; the one here counts."],
            started.Differences(Given(arguments)));
    }

    [Fact]
    public void A_list_that_is_given_takes_the_place_of_the_whole_list()
    {
        LastStart.Write(_folder.Path, Given("--Timestamps:Authorities:0:Name=a", "--Timestamps:Authorities:1:Name=b"), ProfileCatalog.Empty);

        var configuration = GatewaySettings.Configuration(["--Timestamps:Authorities:0:Name=c"], Read());

        Assert.Equal("c", Assert.Single(configuration.GetSection("Timestamps:Authorities").GetChildren())["Name"]);
    }

    [Fact]
    public void Authorities_and_that_there_are_none_take_each_others_place()
    {
        LastStart.Write(_folder.Path, Given("--Timestamps:Authorities:0:Name=a"), ProfileCatalog.Empty);

        Assert.True(GatewaySettings.Read(GatewaySettings.Configuration(["--Timestamps:None=true"], Read())).Timestamps.None);
    }

    [Fact]
    public void Profiles_that_are_others_are_named()
    {
        var profiles = ProfileCatalog.Load(Path.Combine(DocsFolder.Root, "device-profiles")).Catalog;
        LastStart.Write(_folder.Path, Given(), profiles);
        var started = Read()!;

        Assert.Null(started.Difference(profiles));
        Assert.Contains("camera-mqtt", started.Difference(ProfileCatalog.Empty), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_start_there_is_only_what_is_given() => Assert.Null(Read());

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"settings":{"Gateway:Origin":"a","gateway:origin":"b"},"profiles":{}}""")]
    [InlineData("""{"settings":{"Gateway:Origin":"a","Gateway:Origin":"b"},"profiles":{}}""")]
    [InlineData("""{"settings":{},"settings":{},"profiles":{}}""")]
    [InlineData("""{"settings":{"Gateway:Origin":"\ud800"},"profiles":{}}""")]
    [InlineData("""{"settings":{"Gateway:Origin":5},"profiles":{}}""")]
    [InlineData("""{"settings":[],"profiles":{}}""")]
    [InlineData("""{"settings":{},"profiles":"x"}""")]
    public void A_damaged_file_is_told_and_counts_as_none(string text)
    {
        File.WriteAllText(_folder["started.json"], text);

        Assert.Null(Read(out var told));
        Assert.StartsWith($"'{_folder["started.json"]}', what the gateway was started with last, can't be read", told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_any_size_is_not_read()
    {
        using (var file = File.Create(_folder["started.json"])) file.SetLength(1L << 40);

        Assert.Null(Read(out var told));
        Assert.Contains("1099511627776 bytes", told, StringComparison.Ordinal);
    }

    LastStart? Read()
    {
        var started = Read(out var told);
        Assert.Empty(told);
        return started;
    }

    LastStart? Read(out string told)
    {
        var warnings = new List<string>();
        var started = LastStart.Read(_folder.Path, warnings.Add);
        told = string.Concat(warnings);
        return started;
    }

    static IConfiguration Given(params string[] arguments) => new ConfigurationBuilder().AddCommandLine(arguments).Build();
}
