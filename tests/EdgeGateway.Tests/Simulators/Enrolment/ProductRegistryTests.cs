using EdgeGateway.Simulators.Enrolment;
using EdgeGateway.Simulators.Processes;

namespace EdgeGateway.Tests.Simulators.Enrolment;

public sealed class ProductRegistryTests : IDisposable
{
    static readonly EnrolledDevice Camera = new("camera-1", "camera-mqtt", null, null);
    static readonly EnrolledDevice Analyser = new("analyser-1", "hj212-analyser", "/tmp/my line", "010000A8900016F000169DC0");

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgegw-enrol-");

    [Fact]
    public async Task A_new_device_is_added_and_its_secret_kept()
    {
        Assert.Equal("s3cret", await Registry("""echo '{"id":"camera-1","secret":"s3cret"}'""").AddAsync(Camera, CancellationToken.None));
        Assert.Equal(["device add --id camera-1 --profile camera-mqtt --bench --data DATA --json"], Calls());
    }

    [Fact]
    public async Task A_device_on_a_line_is_added_with_line_and_number_and_needs_no_secret()
    {
        Assert.Null(await Registry("""echo '{"id":"analyser-1","secret":null}'""").AddAsync(Analyser, CancellationToken.None));
        Assert.Equal(
            ["device add --id analyser-1 --profile hj212-analyser --bench --line /tmp/my line --mn 010000A8900016F000169DC0 --data DATA --json"], Calls());
    }

    [Fact]
    public async Task A_device_that_is_there_gets_a_new_secret()
    {
        var registry = Registry("""if [ "$2" = add ]; then echo 'already registered' >&2; exit 1; fi; echo '{"secret":"new","bench":true}'""");
        Assert.Equal("new", await registry.AddAsync(Camera, CancellationToken.None));
        Assert.Equal(["device show camera-1 --data DATA --json", "device credential camera-1 --data DATA --json"], Calls()[1..]);
    }

    [Fact]
    public async Task A_device_on_a_line_that_is_there_is_left_as_it_is()
    {
        var registry = Registry("""if [ "$2" = add ]; then exit 1; fi; echo '{"bench":true}'""");
        Assert.Null(await registry.AddAsync(Analyser, CancellationToken.None));
        Assert.Equal("device show analyser-1 --data DATA --json", Calls()[1]);
    }

    [Fact]
    public async Task A_device_of_the_station_keeps_its_secret_and_is_none_of_a_bench()
    {
        var registry = Registry("""if [ "$2" = add ]; then exit 1; fi; echo '{"bench":false}'""");
        var exception = await Assert.ThrowsAsync<EnrolmentFailedException>(() => registry.AddAsync(Camera, CancellationToken.None));
        Assert.Contains("device of the station", exception.Message, StringComparison.Ordinal);
        Assert.Equal(2, Calls().Length);
    }

    [Theory]
    [InlineData("echo 'no such profile' >&2; exit 1", "no such profile")]
    [InlineData("echo 'bad usage' >&2; exit 2", "bad usage")]
    [InlineData("echo 'secret is x'", "not JSON")]
    [InlineData("echo '{\"id\":\"camera-1\"}'", "no secret")]
    public async Task What_the_product_will_not_do_is_said_without_what_it_printed(string script, string message)
    {
        var exception = await Assert.ThrowsAsync<EnrolmentFailedException>(() => Registry(script).AddAsync(Camera, CancellationToken.None));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret is x", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_product_that_is_not_there_is_named() => Assert.Contains(
        "no-such-edgegw",
        (await Assert.ThrowsAsync<ProcessFailedException>(() => new ProductRegistry(["no-such-edgegw"], "d").AddAsync(Camera, CancellationToken.None))).Message,
        StringComparison.Ordinal);

    [Fact]
    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    public void The_secrets_file_is_its_owners_alone_and_reads_back()
    {
        var path = Path.Combine(_folder.FullName, "secrets.json");
        File.WriteAllText(path, "{}");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        SecretsFile.Write(path, new Dictionary<string, string> { ["camera-1"] = "s3cret" });
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal("s3cret", SecretsFile.Read(path)["camera-1"]);
        File.WriteAllText(path, "[");
        Assert.Throws<EnrolmentFailedException>(() => SecretsFile.Read(path));
    }

    [Theory]
    [InlineData("edgegw", "edgegw")]
    [InlineData("dotnet  \"/opt/edge gateway/edgegw.dll\" ", "dotnet|/opt/edge gateway/edgegw.dll")]
    [InlineData("sh -c 'a \"b\"' ''", "sh|-c|a \"b\"|")]
    public void A_command_splits_into_words(string command, string words) => Assert.Equal(words.Split('|'), CommandWords.Split(command));

    public void Dispose() => _folder.Delete(recursive: true);

    ProductRegistry Registry(string script)
    {
        var path = Path.Combine(_folder.FullName, "edgegw.sh");
        File.WriteAllText(path, $"echo \"$@\" >> {_folder.FullName}/calls\n{script}\n");
        return new ProductRegistry(["sh", path], "DATA");
    }

    string[] Calls() => File.ReadAllLines(Path.Combine(_folder.FullName, "calls"));
}
