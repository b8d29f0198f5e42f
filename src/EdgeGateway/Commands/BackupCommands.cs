using System.Text.Json.Nodes;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Registry;
using EdgeGateway.Storage.Ledger;

namespace EdgeGateway.Commands;

/// <summary>
/// What a backup can't read off the files of a gateway that runs: a fresh checkpoint, the private parts that only the
/// write-ahead log has, the accounts as they are at one moment, and the settings in force. No secret key is in it.
/// </summary>
sealed class BackupCommands(GatewayData data, DeviceRegistrar registrar)
{
    /// <summary>No device changes meanwhile: the accounts are those that the log names up to this checkpoint.</summary>
    public Task<JsonNode> StateAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken) =>
        registrar.UndisturbedAsync(() => StateAsync(cancellationToken), cancellationToken);

    async Task<JsonNode> StateAsync(CancellationToken cancellationToken)
    {
        await data.Ledger.CatchUpAsync(cancellationToken);
        var signed = await data.Ledger.CheckpointAsync(cancellationToken);
        var size = signed.Checkpoint.Size;
        var last = size / TilePath.FullWidth * TilePath.FullWidth;
        return new JsonObject
        {
            ["key"] = data.Ledger.Key.ToString(),
            ["note"] = Convert.ToBase64String(signed.Note),
            ["size"] = size,
            ["lastPayloads"] = size == last ? null : Convert.ToBase64String(PayloadFiles.Encode(data.Ledger.Read(last, (int)(size - last)))),
            ["accounts"] = Convert.ToBase64String(data.Accounts.Snapshot()),
            ["settings"] = new JsonArray([.. data.Settings.InForce.Select(line => (JsonNode)line)]),
            ["profiles"] = new JsonObject(Directory.GetFiles(data.Settings.Gateway.Profiles, "*.yaml")
                .Select(path => KeyValuePair.Create(Path.GetFileName(path), (JsonNode?)Convert.ToBase64String(File.ReadAllBytes(path))))),
        };
    }
}
