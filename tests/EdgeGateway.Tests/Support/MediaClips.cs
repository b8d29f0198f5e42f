namespace EdgeGateway.Tests.Support;

/// <summary>Clips as recorders make them, by ffmpeg.</summary>
static class MediaClips
{
    /// <param name="source">An lavfi source such as <c>testsrc=d=3:s=320x240:r=10</c>.</param>
    /// <param name="arguments">How it is coded; the name's extension says in what.</param>
    public static async Task MakeAsync(string path, string source, params string[] arguments)
    {
        var made = await E2eCommand.RunAsync("ffmpeg", ["-nostdin", "-loglevel", "error", "-y", "-f", "lavfi", "-i", source, .. arguments, path]);
        Assert.True(made.ExitCode == 0, made.ToString());
    }
}
