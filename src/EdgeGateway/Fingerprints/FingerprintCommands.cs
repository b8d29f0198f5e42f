using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EdgeGateway.Commands;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Registry;
using EdgeGateway.Witnessing;

namespace EdgeGateway.Fingerprints;

/// <summary><c>ledger fingerprints</c>: every key that evidence of this site rests on, for the page that is filed on paper.</summary>
sealed class FingerprintCommands(GatewayData data, TimeProvider time)
{
    public async Task<JsonNode> ShowAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        await data.Ledger.CatchUpAsync(cancellationToken);
        var policy = data.Witnesses.Policy;
        return new JsonObject
        {
            ["origin"] = data.Ledger.Origin,
            ["at"] = CommandArguments.Text(time.GetUtcNow()),
            ["ledger"] = Key(data.Ledger.Key.ToString()),
            ["recovery"] = RecoveryKey() is { } recovery ? Key(recovery) : null,
            ["ownWitness"] = WitnessKey.Find(data.Path) is { } own ? Key(own.Verifier.ToString()) : null,
            ["administration"] = policy?.Administration,
            ["quorum"] = policy?.QuorumName,
            ["witnesses"] = new JsonArray([.. (policy?.Witnesses ?? []).Select(witness => (JsonNode)Witness(policy!, witness))]),
            ["authorities"] = new JsonArray([.. data.Settings.Timestamps.Authorities.Select(authority => (JsonNode)Authority(authority))]),
        };
    }

    /// <summary>Entry 0 names it; its secret half is on paper.</summary>
    string? RecoveryKey()
    {
        using var genesis = EntryView.Parse(data.Ledger.Read(0, 1)[0]);
        return genesis.Body.Text("recoveryKey"u8);
    }

    static JsonObject Key(string vkey) => new()
    {
        ["vkey"] = vkey,
        ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(vkey))),
    };

    static JsonObject Witness(WitnessPolicy policy, PolicyWitness witness)
    {
        var json = Key(witness.Key.ToString());
        json["name"] = witness.Name;
        json["operator"] = witness.Operator;
        json["otherAdministration"] = policy.IsOtherAdministration(witness);
        return json;
    }

    static JsonObject Authority(Timestamps.AuthorityOptions authority) => new()
    {
        ["name"] = authority.Name,
        ["roots"] = new JsonArray([.. StampAuthority.RootFingerprints(authority).Select(root => (JsonNode)new JsonObject
        {
            ["file"] = root.File,
            ["subject"] = root.Subject,
            ["sha256"] = root.Sha256,
            ["error"] = root.Error,
        })]),
    };
}
