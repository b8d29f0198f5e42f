using System.Diagnostics;
using System.Globalization;
using EdgeGateway.Tests.EndToEnd;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Faults;

/// <summary>
/// Each system call that the evidence path relies on fails once, in the middle of each thing that the gateway does: nothing
/// unsealed is acknowledged, the gateway stops with a message that names the file or goes on, and the next start has
/// all that was acknowledged and verifies.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class SystemCallFaultTests
{
    static readonly string[] Calls = ["openat", "write", "pwrite64", "fsync", "fdatasync", "rename", "ftruncate", "link"];

    static readonly string[] Errors = ["EIO", "ENOSPC"];

    static readonly int[] Occurrences = [1, 2, 5];

    public static TheoryData<string, string, string, int> Every
    {
        get
        {
            var rows = new TheoryData<string, string, string, int>();
            foreach (var scenario in FaultScenarios.All)
                foreach (var call in Calls)
                    foreach (var error in Errors)
                        foreach (var when in Occurrences) rows.Add(scenario.Name, call, error, when);
            return rows;
        }
    }

    [Theory]
    [InlineData("sealing", "fdatasync", "EIO", 2)]
    [InlineData("sealing", "pwrite64", "ENOSPC", 2)]
    [InlineData("integration", "pwrite64", "EIO", 1)]
    [InlineData("checkpointing", "rename", "EIO", 2)]
    [InlineData("checkpointing", "fsync", "ENOSPC", 1)]
    [InlineData("objects", "fsync", "EIO", 1)]
    public Task A_fault_of_the_sample_loses_nothing(string scenario, string call, string error, int when) => RunAsync(scenario, call, error, when);

    [Theory]
    [Trait("Speed", "Slow")]
    [MemberData(nameof(Every))]
    public Task A_fault_of_any_call_at_any_moment_loses_nothing(string scenario, string call, string error, int when) => RunAsync(scenario, call, error, when);

    static async Task RunAsync(string name, string call, string error, int when)
    {
        var scenario = FaultScenarios.All.Single(row => row.Name == name);
        await using var station = new E2eStation();
        string[] settings = [.. scenario.Settings, "--Ledger:SegmentBytes=1048576", "--Ledger:ReserveBytes=0", "--Clock:Source=system"];
        var gateway = await station.StartAsync(settings);
        var acting = new FaultedGateway(station, await station.AddDeviceAsync("cam-01"), []);

        // Once without a fault, so that the runtime has loaded what it needs and only our own calls are left to fail.
        await scenario.Act(acting);
        Assert.NotEmpty(acting.Acknowledged);
        using var strace = await AttachAsync(station, gateway, Names(call), $"error={error}:when={when.ToString(CultureInfo.InvariantCulture)}");
        await scenario.Act(acting);
        gateway.AskToStop();
        var code = await gateway.WaitForExitAsync();
        await strace.WaitForExitAsync();
        var hits = File.ReadLines(station.Beside("trace")).Where(line => line.Contains("(INJECTED)", StringComparison.Ordinal)).ToList();
        var what = $"{name}, {call} {error} at {when}, exit code {code}, {string.Join(Environment.NewLine, hits.Take(5))}:\n{gateway.Log}";

        // Stopped by itself: a sentence that names a file, and not a program that fell over.
        Assert.True(code == 0 || hits.Count > 0 && code == 1 && gateway.Log.Contains(station.Data, StringComparison.Ordinal), what);

        // Nobody's help: the next start mends what there is, has all that was acknowledged, and verifies.
        await station.StartAsync(settings);
        var kept = (await station.EvidenceAsync()).Select(item => item.GetProperty("eventId").GetString()).ToLookup(eventId => eventId);
        Assert.True(acting.Acknowledged.All(eventId => kept[eventId].Count() == 1), $"{acting.Acknowledged.Count} acknowledged, {kept.Count} kept: {what}");
        Assert.Equal(0, await station.Gateway.StopAsync());
        var verified = await station.VerifyAsync("--objects");
        Assert.True(verified.ExitCode == 0, $"{verified}\n{what}");
    }

    /// <summary>Returns once strace has every thread. It counts calls by thread: the Nth of each fails.</summary>
    static async Task<Process> AttachAsync(E2eStation station, GatewayProcess gateway, string calls, string fault)
    {
        var pid = gateway.Pid.ToString(CultureInfo.InvariantCulture);
        var strace = E2eCommand.Start("strace", ["-f", "-y", "-q", "-o", station.Beside("trace"), "-e", $"trace={calls}", "-e", $"inject={calls}:{fault}", "-p", pid]);
        using var limit = new CancellationTokenSource(E2eCommand.Deadline);

        // Where it signs by itself it may meet the fault, and stop, while strace still attaches.
        while (!gateway.HasExited && !Threads(pid).All(IsTraced))
        {
            if (strace.HasExited && !gateway.HasExited) Assert.Fail($"strace did not attach: {await strace.StandardError.ReadToEndAsync(limit.Token)}");
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        return strace;
    }

    /// <summary>Some processors have the older call, some only the newer one; strace passes over what there is none of.</summary>
    static string Names(string call) => call switch
    {
        "rename" => "?rename,?renameat,?renameat2",
        "link" => "?link,?linkat",
        _ => call,
    };

    static string[] Threads(string pid)
    {
        try
        {
            return Directory.GetDirectories($"/proc/{pid}/task");
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

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
