namespace EdgeGateway.Tests.Support;

/// <summary>Debian's openssl, the program that nobody here wrote.</summary>
static class Openssl
{
    /// <summary>Must succeed.</summary>
    public static async Task RunAsync(params string[] arguments)
    {
        var result = await TryAsync(arguments);
        Assert.True(result.ExitCode == 0, $"openssl {string.Join(' ', arguments)}: {result}");
    }

    public static Task<E2eResult> TryAsync(params string[] arguments) => E2eCommand.RunAsync("openssl", arguments);

    /// <param name="at">As faketime reads it: what the program takes for now.</param>
    public static async Task RunAtAsync(string at, params string[] arguments)
    {
        var result = await E2eCommand.RunAsync("faketime", ["-f", at, "openssl", .. arguments]);
        Assert.True(result.ExitCode == 0, $"openssl {string.Join(' ', arguments)} at {at}: {result}");
    }
}
