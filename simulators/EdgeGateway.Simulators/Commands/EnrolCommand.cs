using System.CommandLine;
using EdgeGateway.Simulators.Enrolment;
using EdgeGateway.Simulators.Processes;
using EdgeGateway.Simulators.Runs;
using EdgeGateway.Simulators.Scenarios;

namespace EdgeGateway.Simulators.Commands;

/// <summary><c>enrol</c>: registers a scenario's devices with the product and keeps their secrets.</summary>
static class EnrolCommand
{
    static readonly Argument<string> ScenarioName = CommonOptions.Scenario();
    static readonly Option<string> Edgegw = new("--edgegw") { Description = "The product's command, e.g. \"dotnet edgegw.dll\"", Required = true };
    static readonly Option<DirectoryInfo> Data = new("--data") { Description = "The gateway's data directory", Required = true };
    static readonly Option<FileInfo> Secrets = new("--secrets") { Description = "Where the secrets go; what it holds of other devices stays", Required = true };
    static readonly Option<string[]> Lines = CommonOptions.Lines();

    public static Command Create()
    {
        var command = new Command("enrol", "Register a scenario's devices with the product") { ScenarioName, Edgegw, Data, Secrets, Lines };
        command.SetAction(RunAsync);
        return command;
    }

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        var devices = DevicesOf(ScenarioFiles.Read(parsed.GetRequiredValue(ScenarioName)), parsed.Paths(Lines)).ToList();
        var registry = new ProductRegistry(CommandWords.Split(parsed.GetRequiredValue(Edgegw)), parsed.GetRequiredValue(Data).FullName);
        var path = parsed.GetRequiredValue(Secrets).FullName;
        var secrets = File.Exists(path) ? SecretsFile.Read(path) : [];
        foreach (var device in devices)
        {
            if (await registry.AddAsync(device, stop) is not { } secret) continue;
            // After each one: a secret is printed once, and must not be lost because a later device fails.
            secrets[device.Id] = secret;
            SecretsFile.Write(path, secrets);
        }

        if (!File.Exists(path)) SecretsFile.Write(path, secrets);
        Console.Out.WriteLine($"{devices.Count} devices are registered; their secrets are in {path}");
        return ExitCode.Done;
    }

    static IEnumerable<EnrolledDevice> DevicesOf(Scenario scenario, Dictionary<string, string> lines)
    {
        foreach (var fleet in scenario.Fleets)
        {
            string? path = null;
            if (fleet is SerialFleet { Line: var line } && !lines.TryGetValue(line, out path))
            {
                throw new RunImpossibleException($"the scenario has the serial line '{line}': say where it is with --line {line}=PATH");
            }

            foreach (var (id, index) in fleet.DeviceIds.Select((id, index) => (id, index)))
            {
                yield return new EnrolledDevice(id, fleet.Head.Profile, path, (fleet as SerialFleet)?.MnOf(index + 1));
            }
        }
    }
}
