using System.Text;
using System.Text.Json.Nodes;
using EdgeGateway.Ingest;
using EdgeGateway.Registry;
using EdgeGateway.Strangers;

namespace EdgeGateway.Commands;

/// <summary><c>device strangers</c>: who sends and is not registered.</summary>
sealed class StrangerCommands(StrangerBook? strangers)
{
    /// <returns>Null while the gateway is stopped: then nobody is heard.</returns>
    public Task<JsonNode> ListAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken) =>
        Task.FromResult<JsonNode>(new JsonObject
        {
            ["running"] = strangers is not null,
            ["sources"] = new JsonArray([.. (strangers?.All() ?? []).Select(stranger => (JsonNode)new JsonObject
            {
                ["wire"] = Encoding.ASCII.GetString(EntryFacts.WireName(stranger.Source.Wire)),
                ["address"] = stranger.Source.Address,
                ["claimed"] = stranger.Source.Claimed,
                ["reason"] = Encoding.ASCII.GetString(QuarantineDraft.ReasonName(stranger.Source.Reason)),
                ["first"] = CommandArguments.Text(stranger.First),
                ["last"] = CommandArguments.Text(stranger.Last),
                ["count"] = stranger.Count,
            })]),
        });
}
