namespace EdgeGateway.Tests.Support;

/// <summary>Where the built programs are, beside the tests in the same configuration.</summary>
static class E2ePrograms
{
    public static string Root { get; } = FindRoot();

    public static string Edgegw { get; } = Built("src", "EdgeGateway", "edgegw.dll");

    public static string Simulator { get; } = Built("simulators", "EdgeGateway.Simulators", "edgegw-sim.dll");

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EdgeGateway.sln"))) return folder.FullName;
        }

        throw new DirectoryNotFoundException($"No EdgeGateway.sln above '{AppContext.BaseDirectory}': the end-to-end tests run in a checkout.");
    }

    /// <summary>The tests' own folder ends in bin/CONFIGURATION/FRAMEWORK, and so do the programs'.</summary>
    static string Built(string area, string project, string name)
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        var path = Path.Combine(Root, area, project, "bin", framework.Parent!.Name, framework.Name, name);
        return File.Exists(path) ? path : throw new FileNotFoundException($"'{path}' is missing: build EdgeGateway.sln first.");
    }
}
