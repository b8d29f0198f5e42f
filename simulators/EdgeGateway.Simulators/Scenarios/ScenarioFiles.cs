namespace EdgeGateway.Simulators.Scenarios;

/// <summary>Scenario files: those shipped beside the executable, by name, and any other by path.</summary>
static class ScenarioFiles
{
    static readonly string Shipped = Path.Combine(AppContext.BaseDirectory, "scenarios");

    public static IEnumerable<string> ShippedFiles() =>
        Directory.Exists(Shipped) ? Directory.GetFiles(Shipped, "*.yaml").Order(StringComparer.Ordinal) : [];

    /// <exception cref="ScenarioInvalidException">There is no such file, or it is not valid: the message names every problem.</exception>
    public static Scenario Read(string nameOrPath)
    {
        var path = nameOrPath.Contains('/') || File.Exists(nameOrPath) ? nameOrPath : Path.Combine(Shipped, nameOrPath + ".yaml");
        if (!File.Exists(path)) throw new ScenarioInvalidException($"there is no scenario '{nameOrPath}': give a path, or a name that 'edgegw-sim list' shows");
        var scenario = ScenarioReader.Read(File.ReadAllText(path), out var problems);
        return scenario ?? throw new ScenarioInvalidException(string.Join('\n', problems.Select(problem => $"{path}: {problem}")));
    }
}

/// <summary>A scenario can't be used.</summary>
sealed class ScenarioInvalidException(string message) : Exception(message);
