using EdgeGateway.Tests.EndToEnd;
using EdgeGateway.Tests.Support;
using Xunit.Abstractions;

namespace EdgeGateway.Tests.Faults;

/// <summary>
/// Each system call that the evidence path relies on fails once, in the middle of each thing that the gateway does: nothing
/// unsealed is acknowledged, the gateway stops with a message that names the file or goes on, and the next start has
/// all that was acknowledged and verifies.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class SystemCallFaultTests(ITestOutputHelper output)
{
    static readonly int[] Occurrences = [1, 3];

    public static TheoryData<string, string, string, int> Every
    {
        get
        {
            var rows = new TheoryData<string, string, string, int>();
            foreach (var scenario in FaultScenarios.All)
                foreach (var fault in Fault.Every(Fault.Calls, Occurrences)) rows.Add(scenario.Name, fault.Call, fault.Error, fault.When);
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
    [InlineData("erasing", "fsync", "EIO", 2)]
    public Task A_fault_of_the_sample_loses_nothing(string scenario, string call, string error, int when) => RunAsync(scenario, new Fault(call, error, when));

    [Theory]
    [Trait("Speed", "Slow")]
    [MemberData(nameof(Every))]
    public Task A_fault_of_any_call_at_any_moment_loses_nothing(string scenario, string call, string error, int when) => RunAsync(scenario, new Fault(call, error, when));

    async Task RunAsync(string name, Fault fault)
    {
        var scenario = FaultScenarios.All.Single(row => row.Name == name);
        await using var station = new E2eStation();
        string[] settings = [.. scenario.Settings, "--Ledger:SegmentBytes=1048576", "--Ledger:ReserveBytes=0", "--Clock:Source=system"];
        await station.StartAsync(settings);
        var acting = new FaultedGateway(station, settings, await station.AddDeviceAsync("cam-01"), []);
        if (scenario.Prepare is { } prepare)
        {
            await prepare(acting);
            Assert.Equal(0, await station.Gateway.StopAsync());
            await station.StartAsync(settings);
        }

        // Once without a fault, so that the runtime has loaded what it needs and only our own calls are left to fail.
        await scenario.Act(acting);
        Assert.NotEmpty(acting.Acknowledged);
        var gateway = station.Gateway;
        using var strace = await Strace.AttachAsync(gateway.Pid, fault, station.Beside("trace"));
        await scenario.Act(acting);
        gateway.AskToStop();
        var code = await gateway.WaitForExitAsync();
        var hits = await strace.FailedCallsAsync();
        var ours = hits.Where(call => call.Contains(station.Beside(""), StringComparison.Ordinal)).ToList();
        output.WriteLine($"{name}, {fault}: failed {hits.Count}, of our files {ours.Count}, exit code {code}");
        var what = $"{name}, {fault}, exit code {code}, {string.Join(Environment.NewLine, hits.Take(5))}:\n{gateway.Log}";

        // Stopped by itself: a sentence that names a file, and not a program that fell over. What the runtime makes of a fault
        // in a file of its own, or in its pipes, is its affair; what comes after is ours again. Asked to stop in the last moment of
        // stopping by itself, it ends with the signal's code.
        var isTheRuntimes = hits.Count > ours.Count;
        Assert.True(code == 0 || isTheRuntimes || fault.Error == Fault.Killed && code == Fault.KilledCode || ours.Count > 0 && (code is 1 or Fault.TerminatedCode) && gateway.Log.Contains(station.Data, StringComparison.Ordinal), what);

        // Nobody's help: the next start mends what there is, has all that was acknowledged, and verifies.
        await station.StartAsync(settings);
        var kept = (await station.EvidenceAsync()).Select(item => item.TryGetProperty("eventId", out var eventId) ? eventId.GetString() : null).ToLookup(eventId => eventId);
        Assert.True(acting.Acknowledged.All(eventId => kept[eventId].Count() == 1), $"{acting.Acknowledged.Count} acknowledged, {kept.Count} kept: {what}");
        await scenario.Check(acting);
        Assert.Equal(0, await station.Gateway.StopAsync());
        var verified = await station.VerifyAsync("--objects");
        Assert.True(verified.ExitCode == 0, $"{verified}\n{what}");
    }
}
