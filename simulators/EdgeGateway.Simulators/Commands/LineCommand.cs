using System.CommandLine;
using EdgeGateway.Simulators.Hj212;

namespace EdgeGateway.Simulators.Commands;

/// <summary><c>line</c>: holds a pair of joined ptys open, one end for the gateway and one for <c>run --line</c>.</summary>
static class LineCommand
{
    static readonly Option<string> LinkA = new("--link-a") { Description = "Path of the first end", Required = true };
    static readonly Option<string> LinkB = new("--link-b") { Description = "Path of the other end", Required = true };

    public static Command Create(TimeProvider time)
    {
        var command = new Command("line", "Hold a pair of joined ptys open until ended") { LinkA, LinkB };
        command.SetAction((parsed, stop) => RunAsync(parsed, time, stop));
        return command;
    }

    static async Task<int> RunAsync(ParseResult parsed, TimeProvider time, CancellationToken stop)
    {
        var (linkA, linkB) = (Path.GetFullPath(parsed.GetRequiredValue(LinkA)), Path.GetFullPath(parsed.GetRequiredValue(LinkB)));
        using var pair = await PtyPair.OpenAsync(linkA, linkB, time, stop);
        Console.Out.WriteLine($"{linkA} and {linkB} are joined");
        try
        {
            await pair.WaitForEndAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Done;
        }

        Console.Error.WriteLine("socat ended by itself: the line is gone");
        return ExitCode.No;
    }
}
