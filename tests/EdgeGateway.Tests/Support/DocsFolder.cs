namespace EdgeGateway.Tests.Support;

/// <summary>The checkout that the tests were built from.</summary>
static class DocsFolder
{
    public static string Root { get; } = FindRoot();

    /// <summary>Every Markdown file that people wrote, not what a build left.</summary>
    public static IEnumerable<string> Pages() =>
        Directory.GetFiles(Root, "*.md")
            .Concat(Directory.GetFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories))
            .Order(StringComparer.Ordinal);

    // From where the tests lie: a release build writes no paths of the machine into its assemblies.
    static string FindRoot()
    {
        var folder = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder, "EdgeGateway.sln"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new DirectoryNotFoundException($"There is no EdgeGateway.sln above '{AppContext.BaseDirectory}'.");
    }
}
