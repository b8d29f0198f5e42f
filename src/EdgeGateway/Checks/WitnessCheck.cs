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
            return CheckResult.Note("second-place", CheckResult.Text("second-place.none"));
        return Directory.Exists(path)
            ? CheckResult.Good("second-place", CheckResult.Text("second-place.good", path))
            : CheckResult.Bad("second-place", CheckResult.Text("second-place.missing", path));
    }

    static CheckResult Policy(string data, WitnessOptions options)
    {
        if (options.Policy is not { Length: > 0 } path) return CheckResult.Note("witness", CheckResult.Text("witness.none"));
        try
        {
            var key = LedgerKeys.PublicPath(data);
            var policy = File.Exists(key) && VerifierKey.TryParse(File.ReadAllText(key).Trim(), out var ledger, out _)
                ? PolicyFile.Read(options, ledger, [])!
                : PolicyFile.Read(path, "Witness:Policy");
            return policy.Witnesses.Any(policy.IsOtherAdministration)
                ? CheckResult.Good("witness", CheckResult.Text("witness.good", policy.Witnesses.Count, path, policy.QuorumName))
                : CheckResult.Note("witness", CheckResult.Text("witness.same", policy.Witnesses.Count, path));
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
                    ? CheckResult.Bad("witnessing", CheckResult.Text("witnessing.no-key"))
                    : CheckResult.Good("witnessing", CheckResult.Text("witnessing.good", logs.Count, key.Verifier));
        }
        catch (GatewayException e)
        {
            return CheckResult.Bad("witnessing", e.Message);
        }
    }
}
