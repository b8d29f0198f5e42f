using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using EdgeGateway.Containment;

namespace EdgeGateway.Media;

/// <summary>Runs ffprobe and ffmpeg on one file that a device sent, contained: without a network, with the file to read and one folder to write into.</summary>
sealed class MediaTool(TimeProvider time)
{
    const long MemoryBytes = 1536L << 20;
    const int MaximumOutput = 512 * 1024;

    /// <summary>A picture of more pixels than this is not decoded (about 8K by 8K).</summary>
    public const string MaximumPixels = "67108864";

    /// <param name="processorTime">What it may use; the clock on the wall may show three times that.</param>
    /// <returns>What it wrote on its standard output and error, each cut to <see cref="MaximumOutput"/>; null where it failed or took too long, with the reason.</returns>
    public async Task<(string? Output, string Errors)> RunAsync(
        string program, IEnumerable<string> arguments, string input, string work, long maximumFile, TimeSpan processorTime, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = Sandbox.Contain($"/usr/bin/{program}", arguments, new SandboxLimits(MemoryBytes, maximumFile, processorTime), input, work, network: false) };
        try
        {
            await ContainedProcess.StartAsync(process);
        }
        catch (Win32Exception e)
        {
            return (null, e.Message);
        }

        process.StandardInput.Close();
        var (output, errors) = (ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
        using var late = new CancellationTokenSource(processorTime * 3, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        await process.WaitForExitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        var (said, wrong) = (await output, await errors);
        if (late.IsCancellationRequested) return (null, $"it took more than {processorTime * 3} and was ended");
        return process.ExitCode == 0 ? (said, wrong) : (null, wrong.Length > 0 ? wrong : $"exit code {process.ExitCode}");
    }

    /// <summary>To the end, so that the program is never kept waiting; what is too much is dropped.</summary>
    static async Task<string> ReadAsync(StreamReader reader)
    {
        var text = new StringBuilder();
        var buffer = new char[4096];
        while (await reader.ReadAsync(buffer) is var count and > 0)
        {
            if (text.Length < MaximumOutput) text.Append(buffer, 0, Math.Min(count, MaximumOutput - text.Length));
        }

        return text.ToString();
    }
}
