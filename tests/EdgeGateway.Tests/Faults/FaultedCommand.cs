using System.Runtime.InteropServices;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Faults;

/// <summary>A command in a process of its own, on a stopped data directory, while one of its system calls fails.</summary>
/// <param name="Name">One word.</param>
/// <param name="Arguments">Of the command, without the data directory.</param>
/// <param name="HasBegun">Whether it has written something: from then on its calls are failed.</param>
/// <param name="Check">What must hold however it ended, and that the next try works.</param>
sealed partial record FaultedCommand(
    string Name, Func<E2eStation, string[]> Arguments, Func<E2eStation, bool> HasBegun, Func<E2eStation, E2eResult, Task> Check)
{
    const int Stop = 19;
    const int Continue = 18;

    /// <summary>The directory that the command works on; the station's where it is not another.</summary>
    public Func<E2eStation, string> Data { get; init; } = station => station.Data;

    /// <summary>Which of a thread's calls are failed, one a run.</summary>
    public IReadOnlyList<int> Occurrences { get; init; } = [3];

    /// <summary>Runs it, and holds it while strace comes.</summary>
    /// <returns>Null where it was through before it could be held.</returns>
    public async Task<(E2eResult Result, IReadOnlyList<string> Failed)?> TryRunAsync(E2eStation station, Fault fault)
    {
        using var process = E2eCommand.Start("dotnet", [E2ePrograms.Edgegw, .. Arguments(station), "--data", Data(station)]);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(E2eCommand.Deadline);
        while (!HasBegun(station))
        {
            if (process.HasExited)
            {
                Assert.True(process.ExitCode == 0, $"{Name}: {await error}");
                return null;
            }

            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        Assert.Equal(0, SendSignal(process.Id, Stop));
        using var strace = await Strace.AttachAsync(process.Id, fault, station.Beside("trace"));
        Assert.Equal(0, SendSignal(process.Id, Continue));
        await process.WaitForExitAsync(limit.Token);
        return (new E2eResult(process.ExitCode, await output, await error), await strace.FailedCallsAsync());
    }

    public override string ToString() => Name;

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);
}
