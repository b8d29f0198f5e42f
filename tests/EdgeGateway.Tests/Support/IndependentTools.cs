namespace EdgeGateway.Tests.Support;

/// <summary>
/// The checks of <c>tests/independent</c>, in Go and in Node, over libraries that nobody here wrote. Built once for all
/// tests; what they need is installed by eng/setup.sh.
/// </summary>
static class IndependentTools
{
    static readonly string Folder = Path.Combine(E2ePrograms.Root, "tests", "independent");

    static readonly Lazy<Task<string>> Go = new(BuildAsync);

    /// <summary>Reads a tlog-tiles folder: exit code 0 and <c>OK</c>, or 1 and what is wrong.</summary>
    public static async Task<E2eResult> CheckLogAsync(string folder, string vkey) => await E2eCommand.RunAsync(await Go.Value, [folder, vkey]);

    /// <summary>Runs one of the scripts of <c>tests/independent</c>.</summary>
    public static Task<E2eResult> NodeAsync(string script, params string[] arguments)
    {
        Assert.True(Directory.Exists(Path.Combine(Folder, "node_modules")), "tests/independent/node_modules is missing: run 'eng/setup.sh test'.");
        return E2eCommand.RunAsync("node", [Path.Combine(Folder, script), .. arguments]);
    }

    /// <summary>Go's own cache makes all builds but the first a matter of milliseconds.</summary>
    static async Task<string> BuildAsync()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "tlogcheck");
        var built = await E2eCommand.RunAsync("env",
            ["GO111MODULE=off", "GOPATH=/usr/share/gocode", $"GOCACHE={Path.Combine(AppContext.BaseDirectory, "go-cache")}", "go", "build", "-o", program, Path.Combine(Folder, "tlogcheck.go")]);
        Assert.True(built.ExitCode == 0, $"tlogcheck.go does not build (eng/setup.sh test installs Go): {built}");
        return program;
    }
}
