using System.ComponentModel;
using System.Diagnostics;
using EdgeGateway.Containment;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Containment;

public sealed class ContainedProcessTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_contained_program_outlives_the_thread_that_asked_for_it()
    {
        using var process = new Process { StartInfo = Cat() };
        using var started = new ManualResetEventSlim();
        using var answered = new ManualResetEventSlim();
        var asking = new Thread(() =>
        {
            ContainedProcess.StartAsync(process).GetAwaiter().GetResult();
            started.Set();
            answered.Wait();
        });
        asking.Start();
        started.Wait(SerialDeadline.Token);

        // An answer shows that bubblewrap has asked for the signal that the kernel sends at a thread's end.
        Assert.Equal("one", await AnswerAsync(process, "one"));
        answered.Set();
        asking.Join();
        Assert.Equal("two", await AnswerAsync(process, "two"));
        process.StandardInput.Close();
        await process.WaitForExitAsync(SerialDeadline.Token);
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task A_program_that_can_not_be_started_says_so_to_whoever_asked()
    {
        using var missing = new Process { StartInfo = new ProcessStartInfo("/no/such/program") };
        await Assert.ThrowsAsync<Win32Exception>(() => ContainedProcess.StartAsync(missing));
        using var process = new Process { StartInfo = Cat() };
        await ContainedProcess.StartAsync(process);
        process.StandardInput.Close();
        await process.WaitForExitAsync(SerialDeadline.Token);
        Assert.Equal(0, process.ExitCode);
    }

    static async Task<string?> AnswerAsync(Process process, string line)
    {
        await process.StandardInput.WriteLineAsync(line);
        await process.StandardInput.FlushAsync(SerialDeadline.Token);
        return await process.StandardOutput.ReadLineAsync(SerialDeadline.Token);
    }

    ProcessStartInfo Cat() => Sandbox.Contain("/usr/bin/cat", [], new SandboxLimits(1L << 30, 1 << 20, TimeSpan.FromSeconds(10)), input: null, _folder.Path, network: false);
}
