using System.CommandLine;
using System.Text.Json.Nodes;
using EdgeGateway.Backup;
using EdgeGateway.Clocks;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Registry;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Succession;
using EdgeGateway.Texts;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw ledger rotate</c>: closes this log and opens the next.</summary>
static class RotateCommand
{
    public static Command Create(IReadOnlyList<string> settings)
    {
        var reason = Values.Reason();
        var recovery = RecoveryKeyOption.Create();
        var renew = new Option<bool>("--new-recovery-key");
        var dry = new Option<bool>("--dry-run");
        var command = new Command("rotate") { reason, recovery, renew, dry };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            var request = new RotationRequest(
                parsed.GetValue(reason)!,
                parsed.GetValue(recovery) is { } file ? RecoveryKeyFile.Read(file) : null,
                parsed.GetValue(renew) ? key => ShowRecoveryKey(Console.Error, key) : null);
            var answer = await RunAsync(options, request, parsed.GetValue(dry), cancellationToken);
            if (options.Json) Output.Json(Console.Out, answer);
            else Output.Fields(Console.Out, options.Site, answer);
            await Console.Error.WriteLineAsync($"edgegw: {Said.Of("rotate.next")}");
            return 0;
        });
        return command;
    }

    public static void ShowRecoveryKey(TextWriter writer, string key) => writer.WriteLine($"\n{Said.Of("rotate.recovery-key")}\n\n    {key}\n");

    static async Task<JsonObject> RunAsync(CommandLine options, RotationRequest request, bool dry, CancellationToken cancellationToken)
    {
        var data = Path.GetFullPath(options.Data);
        if (!File.Exists(Path.Combine(data, "ledger", "state")) && !LedgerHandover.IsDue(data))
        {
            throw Failure.Of("no-ledger", data);
        }

        using var dataLock = DataLock.TryTake(data) ?? throw Failure.Of("rotate.running", data, DataLock.Holder(data));
        RestoreMark.Refuse(data);
        foreach (var difference in options.Differences) await Console.Error.WriteLineAsync($"edgegw: {difference}");
        var rotation = new LedgerRotation(data, GatewaySettings.Read(options.Configuration), new SystemClock(TimeProvider.System), TimeProvider.System);
        if (!dry) return ToJson(await rotation.RunAsync(request, Actor.LocalAdministrator, cancellationToken));

        var plan = rotation.Plan(request);
        var genesis = GenesisFile.Read(data);
        return new JsonObject
        {
            ["dryRun"] = true,
            ["previous"] = new JsonObject { ["origin"] = genesis.Origin, ["size"] = LedgerTail.Inspect(data).Size, ["key"] = genesis.Key.ToString() },
            ["origin"] = plan.Key.Name,
            ["keyIsLost"] = plan.KeyIsLost,
            ["endorsedBy"] = plan.By == EndorsingKey.Ledger ? "ledger" : "recovery",
        };
    }

    static JsonObject ToJson(RotationResult result) => new()
    {
        ["dryRun"] = false,
        ["previous"] = new JsonObject
        {
            ["origin"] = result.Previous.Origin,
            ["size"] = result.Previous.Size,
            ["root"] = result.Previous.Root.ToString(),
            ["key"] = result.Previous.Key.ToString(),
        },
        ["shard"] = result.Shard,
        ["origin"] = result.Key.Name,
        ["key"] = result.Key.ToString(),
        ["recoveryKey"] = result.RecoveryKey.ToString(),
        ["endorsedBy"] = result.By == EndorsingKey.Ledger ? "ledger" : "recovery",
        ["devices"] = result.Devices,
    };
}
