using System.ComponentModel;
using System.Diagnostics;

namespace EdgeGateway.Simulators.Processes;

/// <summary>What a program that has ended left behind.</summary>
readonly record struct ProcessResult(int ExitCode, string Output, string Error);

/// <summary>Runs other programs, without a shell.</summary>
static class ChildProcess
{
    /// <exception cref="ProcessFailedException">The program is not there.</exception>
    public static Process Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            return Process.Start(start) ?? throw new ProcessFailedException($"'{program}' did not start.");
        }
        catch (Win32Exception exception)
        {
            throw new ProcessFailedException($"'{program}' can't be started: {exception.Message}. Install it, or correct the name.");
        }
    }

    /// <summary>Waits for its end; kills it when cancelled.</summary>
    /// <exception cref="ProcessFailedException">The program is not there.</exception>
    public static async Task<ProcessResult> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        using var process = Start(program, arguments);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return new ProcessResult(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
