using EdgeGateway.Tests.EndToEnd;
using Xunit.Abstractions;

namespace EdgeGateway.Tests.Faults;

/// <summary>
/// The same for what commands write in processes of their own: what they were to make is whole under its name or not there, the error
/// names the file, the next try works, and the ledger verifies.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class CommandFaultTests(FaultedDirectory directory, ITestOutputHelper output) : IClassFixture<FaultedDirectory>
{
    /// <summary>A backup syncs its many files all at once.</summary>
    static readonly IReadOnlyList<string> Calls = [.. Fault.Calls, "syncfs"];

    public static TheoryData<string, string, string, int> Every
    {
        get
        {
            var rows = new TheoryData<string, string, string, int>();
            foreach (var command in FaultedCommands.All)
                foreach (var fault in Fault.Every(Calls, command.Occurrences)) rows.Add(command.Name, fault.Call, fault.Error, fault.When);
            return rows;
        }
    }

    [Theory]
    [InlineData("export", "fsync", "EIO", 4)]
    public Task A_fault_of_the_sample_leaves_nothing_half_done(string command, string call, string error, int when) => RunAsync(command, new Fault(call, error, when));

    [Theory]
    [Trait("Speed", "Slow")]
    [MemberData(nameof(Every))]
    public Task A_fault_of_any_call_leaves_nothing_half_done(string command, string call, string error, int when) => RunAsync(command, new Fault(call, error, when));

    async Task RunAsync(string name, Fault fault)
    {
        var command = FaultedCommands.All.Single(row => row.Name == name);
        while (!await TryAsync(command, fault))
        {
            // Again on a new copy: it was through before it could be held.
        }
    }

    async Task<bool> TryAsync(FaultedCommand command, Fault fault)
    {
        await using var station = await directory.CopyAsync();
        if (await command.TryRunAsync(station, fault) is not var (result, failed)) return false;
        var ours = failed.Count(call => call.Contains(station.Beside(""), StringComparison.Ordinal));
        output.WriteLine($"{command}, {fault}: failed {failed.Count}, of our files {ours}, exit code {result.ExitCode}");
        var what = $"{command}, {fault}, {result}\n{string.Join(Environment.NewLine, failed.Take(5))}";
        var isKilled = fault.Error == Fault.Killed && result.ExitCode == Fault.KilledCode;
        Assert.True(result.ExitCode == 0 || isKilled || failed.Count > ours || ours > 0 && result.ExitCode == 1 && result.Error.Contains(station.Beside(""), StringComparison.Ordinal), what);
        await command.Check(station, result);
        return true;
    }
}
