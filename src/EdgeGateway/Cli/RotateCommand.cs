using System.CommandLine;
using System.Text.Json.Nodes;
using EdgeGateway.Backup;
using EdgeGateway.Clocks;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Registry;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Succession;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw ledger rotate</c>: closes this log and opens the next.</summary>
static class RotateCommand
{
    public static Command Create(IReadOnlyList<string> settings)
    {
        var reason = new Option<string>("--reason") { Description = "Why, e.g. \"new year\" or \"key lost\"; kept in the old log's last entry.", HelpName = "TEXT", Required = true };
        var recovery = new Option<string?>("--recovery-key")
        {
            Description = "A file with the recovery key from paper, or - to be asked. Needed where the ledger's key is lost.",
            HelpName = "FILE",
        };
        var renew = new Option<bool>("--new-recovery-key") { Description = "Make a new recovery key for the next log; it is shown once." };
        var dry = new Option<bool>("--dry-run") { Description = "Say what would be done, and change nothing." };
        var command = new Command("rotate", "Close this log and open the next one with a new key. The gateway is stopped.") { reason, recovery, renew, dry };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            var request = new RotationRequest(
                parsed.GetValue(reason)!,
                parsed.GetValue(recovery) is { } file ? RecoveryKeyFile.Read(file) : null,
                parsed.GetValue(renew) ? key => ShowRecoveryKey(Console.Error, key) : null);
            var answer = await RunAsync(options, request, parsed.GetValue(dry), cancellationToken);
            if (options.Json) Output.Json(Console.Out, answer);
            else Output.Fields(Console.Out, answer);
            await Console.Error.WriteLineAsync("edgegw: the next log has a name and key of its own: put them into Witness:Policy here (a start refuses a policy that does not name them), into the Witness:Logs file of each witness, and on the site's page of fingerprints.");
            return 0;
        });
        return command;
    }

    public static void ShowRecoveryKey(TextWriter writer, string key) => writer.WriteLine(
        $"""

        This is the next log's recovery key. It is shown this once and stored nowhere. Write it on paper, or print it, and keep it
        away from this machine. The one before is of no use for the next log.

            {key}

        """);

    static async Task<JsonObject> RunAsync(CommandLine options, RotationRequest request, bool dry, CancellationToken cancellationToken)
    {
        var data = Path.GetFullPath(options.Data);
        if (request.Reason.Length is 0 or > 1024) throw new GatewayException("--reason has 1 to 1024 characters: say why the ledger is rotated.", exitCode: 2);
        if (!File.Exists(Path.Combine(data, "ledger", "state")) && !LedgerHandover.IsDue(data))
        {
            throw new GatewayException($"There is no ledger in '{data}'. Give its data directory with --data.");
        }

        using var dataLock = DataLock.TryTake(data) ?? throw new GatewayException(
            $"The gateway runs on '{data}' (process {DataLock.Holder(data)}): stop it, rotate, and start it again. It takes a few seconds; devices keep what they can't send meanwhile.");
        RestoreMark.Refuse(data);
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
