using System.Text.Json.Nodes;
using EdgeGateway.Evidence;
using EdgeGateway.Gateway;
using EdgeGateway.Registry;
using EdgeGateway.Storage.Registry;
using EdgeGateway.Texts;

namespace EdgeGateway.Commands;

/// <summary>The registry: <c>device add · list · show · credential</c>.</summary>
sealed class DeviceCommands(GatewayData data, DeviceRegistrar registrar)
{
    public async Task<JsonNode> AddAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        var values = arguments["values"] is JsonObject given
            ? given.ToDictionary(pair => pair.Key, pair => pair.Value?.GetValue<string>() ?? "")
            : [];
        var change = await registrar.AddAsync(
            new NewDevice(
                arguments.RequiredText("id"), arguments.RequiredText("profile"), arguments.Text("line"), arguments.Text("mn"), values),
            actor, cancellationToken);
        return WithSecret(change);
    }

    public async Task<JsonNode> CredentialAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken) =>
        WithSecret(await registrar.RenewCredentialAsync(arguments.RequiredText("id"), actor, cancellationToken));

    public Task<JsonNode> ListAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken) =>
        Task.FromResult<JsonNode>(new JsonArray([.. data.Devices.All().Select(device => (JsonNode)ToJson(device))]));

    public Task<JsonNode> ShowAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        var id = arguments.RequiredText("id");
        var device = data.Devices.Find(id) ?? throw Failure.Of("device.none", DisplayText.Of(id));
        return Task.FromResult<JsonNode>(ToJson(device));
    }

    static JsonObject WithSecret(DeviceChange change)
    {
        var json = ToJson(change.Device);
        json["secret"] = change.Secret;
        return json;
    }

    static JsonObject ToJson(RegisteredDevice device) => new()
    {
        ["id"] = device.Id,
        ["profile"] = device.ProfileId,
        ["line"] = device.Line,
        ["mn"] = device.Mn,
        ["credentialId"] = device.CredentialId,
        ["values"] = new JsonObject(device.Values
            .Where(pair => pair.Key is not ("line" or "mn"))
            .Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        ["registryIndex"] = device.RegistryIndex,
        ["registryLeaf"] = device.RegistryLeaf.ToString(),
        ["addedAt"] = CommandArguments.Text(device.AddedAt),
        ["changedAt"] = CommandArguments.Text(device.ChangedAt),
    };
}
