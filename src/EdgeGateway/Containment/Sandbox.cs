using System.Diagnostics;
using System.Globalization;

namespace EdgeGateway.Containment;

/// <summary>
/// Starts programs that read what devices sent (ffmpeg) so that they can reach little: bubblewrap shows them the system's programs and
/// libraries, one file to read and one folder to write into, and no other process; limits bound what they use. The environment is empty.
/// </summary>
static class Sandbox
{
    const string Bubblewrap = "/usr/bin/bwrap";

    static readonly Lazy<string?> Trouble = new(Try);

    /// <summary>Why nothing can be contained on this machine; null where it can.</summary>
    public static string? Missing => Trouble.Value;

    /// <param name="input">Seen by the program as <c>/in</c>, read only; null for none.</param>
    /// <param name="output">The folder that the program works in, seen as <c>/out</c>.</param>
    /// <param name="network">Whether it sees this machine's network; else it has none at all.</param>
    public static ProcessStartInfo Contain(string program, IEnumerable<string> arguments, SandboxLimits limits, string? input, string output, bool network)
    {
        List<string> words =
        [
            "-n", "10", "prlimit", $"--as={Number(limits.MemoryBytes)}", $"--fsize={Number(limits.FileBytes)}", "--nofile=64", "--core=0",
            .. limits.ProcessorTime is { } time ? [$"--cpu={Number((long)time.TotalSeconds)}"] : Array.Empty<string>(),
            Bubblewrap, "--unshare-all", .. network ? ["--share-net"] : Array.Empty<string>(),
            "--die-with-parent", "--new-session", "--clearenv", "--setenv", "LC_ALL", "C.UTF-8",
            "--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64",
            "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache", "--ro-bind-try", "/etc/alternatives", "/etc/alternatives",
            "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp",
            .. input is null ? Array.Empty<string>() : ["--ro-bind", input, "/in"],
            "--bind", output, "/out", "--chdir", "/out", "--", program, .. arguments,
        ];
        var start = new ProcessStartInfo("nice", words) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        var path = start.Environment["PATH"];
        start.Environment.Clear();
        start.Environment["PATH"] = path;
        return start;
    }

    static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    static string? Try()
    {
        if (!File.Exists(Bubblewrap)) return "bubblewrap is not installed";
        var start = Contain("/usr/bin/true", [], new SandboxLimits(1L << 30, 1 << 20, TimeSpan.FromSeconds(10)), null, Path.GetTempPath(), network: false);
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var said = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : said.Trim();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return e.Message;
        }
    }
}

/// <param name="MemoryBytes">Of address space.</param>
/// <param name="FileBytes">The longest file that it may write.</param>
/// <param name="ProcessorTime">Null for a program that runs for as long as there is something to do.</param>
sealed record SandboxLimits(long MemoryBytes, long FileBytes, TimeSpan? ProcessorTime);
