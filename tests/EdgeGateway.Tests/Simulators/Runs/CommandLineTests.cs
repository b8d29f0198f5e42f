using System.Text.Json.Nodes;
using EdgeGateway.Simulators.Processes;
using EdgeGateway.Simulators.Transcripts;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Simulators.Runs;

public sealed class CommandLineTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgegw-cli-");

    [Fact]
    public async Task Verify_says_yes_with_0_and_no_with_1_and_names_what_is_lost()
    {
        var transcript = Path.Combine(_folder.FullName, "t.jsonl");
        using (var file = FileTranscript.Open(transcript))
        {
            for (var n = 1; n <= 2; n++)
            {
                file.Record(SimSome.Entry(TranscriptEvent.Sent, n, $"d{n}"));
                file.Record(SimSome.Entry(TranscriptEvent.Acknowledged, n, $"d{n}"));
            }
        }

        var list = Path.Combine(_folder.FullName, "list.json");
        const string First = """{"origin":"o","index":4,"device":"sim-1","kind":"evidence","profile":"p","size":1,"sha256":"d1"}""";
        File.WriteAllText(list, $"[{First}]");
        var lost = await RunAsync("verify", "--transcript", transcript, "--list", list);
        Assert.Equal(1, lost.ExitCode);
        Assert.Contains("1 lost: sim-1 #2", lost.Output, StringComparison.Ordinal);

        File.WriteAllText(list, $"[{First},{First.Replace("d1", "d2", StringComparison.Ordinal).Replace("4", "5", StringComparison.Ordinal)}]");
        var whole = await RunAsync("verify", "--transcript", transcript, "--list", list, "--json");
        Assert.Equal(0, whole.ExitCode);
        Assert.Contains("\"ok\": true", whole.Output, StringComparison.Ordinal);
        Assert.Empty(DocsSchema.Of("sim-verify").Errors(JsonNode.Parse(whole.Output)!));
        var late = list.Replace("list", "late", StringComparison.Ordinal);
        File.WriteAllText(late, File.ReadAllText(list).Replace("\"size\":1", "\"sealedAt\":\"2126-01-05T00:00:00.000000Z\"", StringComparison.Ordinal));
        Assert.Contains("2 delayed: sim-1 #", (await RunAsync("verify", "--transcript", transcript, "--list", late, "--delay", "1h")).Output, StringComparison.Ordinal);

        // The same list from the product's own command.
        var product = Path.Combine(_folder.FullName, "edgegw.sh");
        File.WriteAllText(product, $"test \"$*\" = 'evidence list --device sim-1 --json --data {_folder.FullName}' && cat {list}\n");
        var asked = await RunAsync("verify", "--transcript", transcript, "--edgegw", $"sh {product}", "--data", _folder.FullName);
        Assert.True(asked.ExitCode == 0, asked.Error);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("run bench --for soon")]
    [InlineData("run bench --target nowhere")]
    [InlineData("run bench --line analyser")]
    [InlineData("run bench")]
    [InlineData("verify --transcript t")]
    [InlineData("verify --transcript t --list l --delay 30")]
    [InlineData("fly")]
    public async Task Wrong_usage_ends_with_2_and_one_reason(string arguments)
    {
        var result = await RunAsync(arguments.Split(' '));
        Assert.Equal(2, result.ExitCode);
        Assert.NotEmpty(result.Error);
    }

    [Fact]
    public async Task Validate_names_the_file_line_and_column()
    {
        var file = Path.Combine(_folder.FullName, "s.yaml");
        File.WriteAllText(file, "scenario: s\nfleets:\n  - kind: drone\n");
        var result = await RunAsync("validate", file);
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith($"{file}: line 3, column 11: 'kind' of fleet 1 is 'drone'", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_says_how_many_devices_there_are_and_may_be()
    {
        var file = Path.Combine(_folder.FullName, "s.yaml");
        File.WriteAllText(file, "scenario: s\nfleets: [{kind: recorder-dock, name: a, profile: p, count: 7}]\n");
        Assert.Equal($"{file}: in order, 7 devices (at most 2000)\n", (await RunAsync("validate", file)).Output);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    static Task<ProcessResult> RunAsync(params string[] arguments) => ChildProcess.RunAsync(
        "dotnet", [Path.Combine(AppContext.BaseDirectory, "edgegw-sim.dll"), .. arguments], new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token);
}
