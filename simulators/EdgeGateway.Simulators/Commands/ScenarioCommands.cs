using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeGateway.Simulators.Scenarios;

namespace EdgeGateway.Simulators.Commands;

/// <summary><c>list</c> and <c>validate</c>: the scenarios that there are, and whether one is in order.</summary>
static class ScenarioCommands
{
    public static Command List()
    {
        var json = CommonOptions.Json();
        var command = new Command("list", "List the shipped scenarios") { json };
        command.SetAction(parsed =>
        {
            var scenarios = ScenarioFiles.ShippedFiles().Select(ScenarioFiles.Read)
                .Select(scenario => new ListedScenario(scenario.Name, scenario.Description, scenario.Devices)).ToArray();
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(scenarios, ListedScenarioJson.Default.ListedScenarioArray));
                return;
            }

            foreach (var scenario in scenarios) Console.Out.WriteLine($"{scenario.Name,-16} {scenario.Devices,5} devices  {scenario.Description}");
        });
        return command;
    }

    public static Command Validate()
    {
        var file = new Argument<FileInfo[]>("FILE") { Description = "Scenario files", Arity = ArgumentArity.OneOrMore };
        var command = new Command("validate", "Check scenario files") { file };
        command.SetAction(parsed =>
        {
            var isValid = true;
            foreach (var path in parsed.GetRequiredValue(file).Select(info => info.FullName))
            {
                try
                {
                    var scenario = ScenarioFiles.Read(path);
                    Console.Out.WriteLine($"{path}: in order, {scenario.Devices} devices (at most {Scenario.MaximumDevices})");
                }
                catch (ScenarioInvalidException exception)
                {
                    isValid = false;
                    Console.Error.WriteLine(exception.Message);
                }
            }

            return isValid ? ExitCode.Done : ExitCode.No;
        });
        return command;
    }
}

/// <summary>A line of <c>list</c>.</summary>
sealed record ListedScenario(string Name, string Description, int Devices);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ListedScenario[]))]
sealed partial class ListedScenarioJson : JsonSerializerContext;
