using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeGateway.Simulators.Enrolment;
using EdgeGateway.Simulators.Hj212;
using EdgeGateway.Simulators.Runs;
using EdgeGateway.Simulators.Scenarios;
using EdgeGateway.Simulators.Transcripts;

namespace EdgeGateway.Simulators.Commands;

/// <summary><c>run</c>: plays a scenario against a gateway.</summary>
static class RunCommand
{
    static readonly Argument<string> ScenarioName = CommonOptions.Scenario();
    static readonly Option<RunTarget> Target = new("--target")
    {
        Description = "The gateway's plain MQTT port, host:port",
        DefaultValueFactory = _ => new RunTarget("127.0.0.1", 1883),
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (RunTarget.TryParse(text, out var target)) return target;
            result.AddError($"'{text}' is no target: write host:port");
            return default;
        },
    };

    static readonly Option<long?> Seed = new("--seed") { Description = "Instead of the scenario's own" };
    static readonly Option<TimeSpan?> For = CommonOptions.DurationOption("--for", "End after this long, e.g. 30s; otherwise Ctrl-C ends it");
    static readonly Option<FileInfo?> Transcript = new("--transcript") { Description = "Append what is sent and acknowledged to this file, JSON lines" };
    static readonly Option<FileInfo?> Secrets = new("--secrets") { Description = "Sign in with the secrets that 'enrol' wrote; without it, nobody signs in" };
    static readonly Option<string[]> Lines = CommonOptions.Lines();
    static readonly Option<string[]> Ptys = CommonOptions.LinesOption(
        "--pty", "A serial line that the run makes itself: NAME=PATH, where PATH is for the gateway. Unplugging it takes it away from the gateway");

    static readonly Option<bool> Json = CommonOptions.Json();
    static readonly Option<string> Clock = new("--clock")
    {
        Description = "The time that payloads carry: 'scenario' begins at the scenario's start, so the same seed gives the same bytes; 'now' begins now",
        DefaultValueFactory = _ => "scenario",
    };

    public static Command Create(TimeProvider time)
    {
        Clock.AcceptOnlyFromAmong("scenario", "now");
        var command = new Command("run", "Play a scenario against a gateway")
        {
            ScenarioName, Target, Seed, For, Transcript, Secrets, Lines, Ptys, Clock, Json,
        };
        command.SetAction((parsed, stop) => RunAsync(parsed, time, stop));
        return command;
    }

    static async Task<int> RunAsync(ParseResult parsed, TimeProvider time, CancellationToken stop)
    {
        var scenario = ScenarioFiles.Read(parsed.GetRequiredValue(ScenarioName));
        var options = new RunOptions
        {
            Target = parsed.GetValue(Target),
            Seed = parsed.GetValue(Seed) ?? scenario.Seed,
            ClockStart = parsed.GetValue(Clock) == "now" ? time.GetUtcNow() : scenario.Start,
            Duration = parsed.GetValue(For),
            Secrets = parsed.GetValue(Secrets) is { } secrets ? SecretsFile.Read(secrets.FullName) : null,
            Lines = Ends(parsed),
        };
        using var transcript = parsed.GetValue(Transcript) is { } file ? FileTranscript.Open(file.FullName) : null;
        using var run = await ScenarioRun.PrepareAsync(scenario, options, transcript, time, stop);
        await RunProgress.WhileAsync(run, Console.Error, time, () => run.RunAsync(stop));

        var summary = run.Summarise();
        Console.Out.WriteLine(parsed.GetValue(Json) ? JsonSerializer.Serialize(summary, RunSummaryJson.Default.RunSummary) : summary.ToString());
        return summary.IsWhole ? ExitCode.Done : ExitCode.No;
    }

    static Dictionary<string, SerialEnd> Ends(ParseResult parsed)
    {
        var ends = parsed.Paths(Lines).ToDictionary(line => line.Key, line => new SerialEnd(line.Value));
        foreach (var (name, path) in parsed.Paths(Ptys)) ends[name] = new SerialEnd(path, IsOwn: true);
        return ends;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(RunSummary))]
sealed partial class RunSummaryJson : JsonSerializerContext;
