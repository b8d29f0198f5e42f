using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Witnessing;

namespace EdgeGateway.Checks;

/// <summary>Looks at the second place and the witnesses; asks nobody over the network.</summary>
static class WitnessCheck
{
    public static IEnumerable<CheckResult> Run(string data, GatewaySettings settings)
    {
        yield return SecondPlace(settings.Ledger);
        yield return Policy(data, settings.Witness);
        if (settings.Witness.Logs is { Length: > 0 }) yield return Desk(data, settings.Witness);
    }

    static CheckResult SecondPlace(LedgerOptions options)
    {
        if (options.SecondPlace is not { Length: > 0 } path)
            return CheckResult.Note("second-place", "none is set: an old copy of the data directory would not be noticed at a start; point Ledger:SecondPlace at a folder on another disk");
        return Directory.Exists(path)
            ? CheckResult.Good("second-place", $"'{path}' is there")
            : CheckResult.Bad("second-place", $"'{path}' is not there: mount the disk, or make the folder on it");
    }

    static CheckResult Policy(string data, WitnessOptions options)
    {
        if (options.Policy is not { Length: > 0 } path) return CheckResult.Note("witness", "none is configured: packages say 仅自证 (self-attested only); set Witness:Policy");
        try
        {
            var key = LedgerKeys.PublicPath(data);
            var policy = File.Exists(key) && VerifierKey.TryParse(File.ReadAllText(key).Trim(), out var ledger, out _)
                ? PolicyFile.Read(options, ledger, [])!
                : PolicyFile.Read(path, "Witness:Policy");
            return policy.Witnesses.Any(policy.IsOtherAdministration)
                ? CheckResult.Good("witness", $"{policy.Witnesses.Count} in '{path}', quorum {policy.QuorumName}")
                : CheckResult.Note("witness", $"{policy.Witnesses.Count} in '{path}', none of them under another administration: packages say 仅自证 (self-attested only)");
        }
        catch (GatewayException e)
        {
            return CheckResult.Bad("witness", e.Message);
        }
    }

    static CheckResult Desk(string data, WitnessOptions options)
    {
        try
        {
            return !WitnessPolicy.TryParseLogs(PolicyFile.ReadBytes(options.Logs!, "Witness:Logs"), out var logs, out var error)
                ? CheckResult.Bad("witnessing", $"'{options.Logs}': {error}")
                : WitnessKey.Find(data) is not { } key
                    ? CheckResult.Bad("witnessing", "there is no witness key: make one with 'edgegw witness init'")
                    : CheckResult.Good("witnessing", $"cosigns {logs.Count} logs as {key.Verifier}");
        }
        catch (GatewayException e)
        {
            return CheckResult.Bad("witnessing", e.Message);
        }
    }
}
