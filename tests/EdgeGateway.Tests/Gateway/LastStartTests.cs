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

        var settings = GatewaySettings.Read(GatewaySettings.Configuration([], LastStart.Read(_folder.Path)));

        Assert.Equal(Path.GetFullPath("witness/policy"), settings.Witness.Policy);
        Assert.True(settings.Timestamps.None);
        Assert.DoesNotContain(settings.InForce, line => line.StartsWith("Mqtt", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_given_counts_and_the_difference_is_told()
    {
        LastStart.Write(_folder.Path, Given("--Witness:Policy=/a", "--Review:DueDays=7"), ProfileCatalog.Empty);
        var started = LastStart.Read(_folder.Path)!;
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

        var configuration = GatewaySettings.Configuration(["--Timestamps:Authorities:0:Name=c"], LastStart.Read(_folder.Path));

        Assert.Equal("c", Assert.Single(configuration.GetSection("Timestamps:Authorities").GetChildren())["Name"]);
    }

    [Fact]
    public void Authorities_and_that_there_are_none_take_each_others_place()
    {
        LastStart.Write(_folder.Path, Given("--Timestamps:Authorities:0:Name=a"), ProfileCatalog.Empty);

        Assert.True(GatewaySettings.Read(GatewaySettings.Configuration(["--Timestamps:None=true"], LastStart.Read(_folder.Path))).Timestamps.None);
    }

    [Fact]
    public void Profiles_that_are_others_are_named()
    {
        var profiles = ProfileCatalog.Load(Path.Combine(DocsFolder.Root, "device-profiles")).Catalog;
        LastStart.Write(_folder.Path, Given(), profiles);
        var started = LastStart.Read(_folder.Path)!;

        Assert.Null(started.Difference(profiles));
        Assert.Contains("camera-mqtt", started.Difference(ProfileCatalog.Empty), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_start_that_can_be_read_there_is_only_what_is_given()
    {
        Assert.Null(LastStart.Read(_folder.Path));
        File.WriteAllText(_folder["started.json"], "{");
        Assert.Null(LastStart.Read(_folder.Path));
    }

    static IConfiguration Given(params string[] arguments) => new ConfigurationBuilder().AddCommandLine(arguments).Build();
}
