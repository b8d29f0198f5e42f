using System.CommandLine;
using EdgeGateway.Benchmarks.Targets;

namespace EdgeGateway.Benchmarks.Ingest;

/// <summary>Which gateway to measure and how it is told about the publishers.</summary>
sealed class GatewayOptions
{
    readonly Option<string[]> _edgegw = new("--edgegw")
    {
        Description = "The product's command, as words; by default the build beside this one",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => ["dotnet", BuildBesideThis()],
    };

    readonly Option<string> _profile = new("--profile") { Description = "Of the publishers' devices", DefaultValueFactory = _ => "camera-mqtt" };
    readonly Option<string> _topic = new("--topic") { Description = "Of the publishers", DefaultValueFactory = _ => "edgegw/v1/{device}/event/load" };
    readonly Option<DirectoryInfo?> _work = new("--work") { Description = "Where data directories go: the disk to measure on" };

    public void AddTo(Command command)
    {
        command.Add(_edgegw);
        command.Add(_profile);
        command.Add(_topic);
        command.Add(_work);
    }

    public string[] Command(ParseResult parsed) => parsed.GetRequiredValue(_edgegw);

    public string? Work(ParseResult parsed) => parsed.GetValue(_work)?.FullName;

    public Task<GatewayTarget> PrepareAsync(ParseResult parsed, int publishers, CancellationToken cancellationToken) => GatewayTarget.PrepareAsync(
        parsed.GetRequiredValue(_edgegw), Work(parsed), publishers, parsed.GetRequiredValue(_profile), parsed.GetRequiredValue(_topic), cancellationToken);

    // tests/EdgeGateway.Benchmarks/bin/Release/net10.0 and src/EdgeGateway/bin/Release/net10.0: the product is measured
    // as it is built for itself, not as it is copied beside its benchmark.
    public static string BuildBesideThis()
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var repository = here.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
        return Path.Combine(repository, "src", "EdgeGateway", "bin", here.Parent.Name, here.Name, "edgegw.dll");
    }
}
