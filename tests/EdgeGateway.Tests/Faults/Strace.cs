using System.Diagnostics;
using System.Globalization;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Faults;

/// <summary>strace on a process that runs, failing calls of it; lets go when the process ends.</summary>
sealed class Strace : IDisposable
{
    readonly Process _strace;
    readonly string _output;

    Strace(Process strace, string output)
    {
        _strace = strace;
        _output = output;
    }

    /// <summary>Returns once strace has every thread, or the process has ended.</summary>
    /// <param name="output">The file that strace writes to.</param>
    public static async Task<Strace> AttachAsync(int pid, Fault fault, string output)
    {
        var process = pid.ToString(CultureInfo.InvariantCulture);
        var strace = E2eCommand.Start("strace", ["-f", "-y", "-q", "-o", output, "-e", $"trace={fault.Names}", "-e", fault.Injection, "-p", process]);
        using var limit = new CancellationTokenSource(E2eCommand.Deadline);

        // A gateway that signs by itself may meet the fault, and stop, while strace still attaches.
        while (Threads(process) is { Length: > 0 } threads && !threads.All(IsTraced))
        {
            if (strace.HasExited && Threads(process).Length > 0) Assert.Fail($"strace did not attach: {await strace.StandardError.ReadToEndAsync(limit.Token)}");
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        return new Strace(strace, output);
    }

    /// <summary>Once the process has ended.</summary>
    /// <returns>The calls that were failed, a line each, with the paths of their files.</returns>
    public async Task<IReadOnlyList<string>> FailedCallsAsync()
    {
        using var limit = new CancellationTokenSource(E2eCommand.Deadline);

        // What it started to look into media met the fault as well: bubblewrap, whose own pipe fails, waits for ever.
        foreach (var left in Process.GetProcesses().Where(process => TracerOf(process.Id) == _strace.Id)) left.Kill();
        await _strace.WaitForExitAsync(limit.Token);
        return Read(File.ReadLines(_output));
    }

    public void Dispose() => _strace.Dispose();

    static int TracerOf(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("TracerPid:", StringComparison.Ordinal));
            return line is null ? 0 : int.Parse(line.AsSpan("TracerPid:".Length), CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // It ended meanwhile.
            return 0;
        }
    }

    static List<string> Read(IEnumerable<string> lines)
    {
        // A call that another thread's came between is written in two parts; only the first has the path.
        var begun = new Dictionary<string, string>();
        var failed = new List<string>();
        foreach (var line in lines)
        {
            var thread = line.Split(' ', 2)[0];
            if (line.EndsWith("<unfinished ...>", StringComparison.Ordinal)) begun[thread] = line;
            else if (line.Contains("(INJECTED)", StringComparison.Ordinal)) failed.Add(line.Contains(" resumed>", StringComparison.Ordinal) && begun.TryGetValue(thread, out var first) ? $"{first} {line}" : line);
        }

        return failed;
    }

    static string[] Threads(string pid)
    {
        try
        {
            return IsZombie(pid) ? [] : Directory.GetDirectories($"/proc/{pid}/task");
        }
        catch (IOException)
        {
            return [];
        }
    }

    static bool IsZombie(string pid) => File.ReadLines($"/proc/{pid}/status").Any(line => line.StartsWith("State:\tZ", StringComparison.Ordinal));

    static bool IsTraced(string task)
    {
        try
        {
            return File.ReadLines(Path.Combine(task, "status")).Any(line => line.StartsWith("TracerPid:", StringComparison.Ordinal) && !line.EndsWith("\t0", StringComparison.Ordinal));
        }
        catch (IOException)
        {
            // A thread that ended since the folder was listed.
            return true;
        }
    }
}
