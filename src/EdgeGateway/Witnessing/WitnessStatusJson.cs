using System.Text.Json.Nodes;
using EdgeGateway.Commands;
using EdgeGateway.Gateway;

namespace EdgeGateway.Witnessing;

/// <summary>How it stands with the witnesses, as <c>ledger status</c> shows it.</summary>
static class WitnessStatusJson
{
    /// <returns>Null where the site has no policy.</returns>
    public static JsonObject? Of(GatewayData data)
    {
        if (data.Witnesses.Policy is not { } policy) return null;
        var newest = CosignedCheckpoint.Newest(data);
        return new JsonObject
        {
            ["quorum"] = policy.QuorumName,
            ["error"] = policy.Names(data.Ledger.Key) ? null : PolicyFile.Missing(data.Settings.Witness.Policy!, data.Ledger.Key),
            ["failOpen"] = data.Witnesses.FailOpen,
            ["size"] = newest?.Checkpoint.Size,
            ["quorumMet"] = newest?.HasQuorum ?? false,
            ["selfAttestedOnly"] = newest?.IsSelfAttestedOnly ?? true,
            ["witnesses"] = new JsonArray([.. policy.Witnesses.Select(witness => (JsonNode)Standing(data, policy, witness))]),
        };
    }

    static JsonObject Standing(GatewayData data, WitnessPolicy policy, PolicyWitness witness)
    {
        var last = WitnessBoard.LastOf(witness, data.Views);
        return new JsonObject
        {
            ["name"] = witness.Name,
            ["key"] = witness.Key.ToString(),
            ["url"] = witness.Url?.ToString(),
            ["operator"] = witness.Operator,
            ["otherAdministration"] = policy.IsOtherAdministration(witness),
            ["size"] = last?.Size,
            ["at"] = CommandArguments.Text(last?.Time),
            ["error"] = data.Witnesses.ErrorOf(witness),
        };
    }
}
