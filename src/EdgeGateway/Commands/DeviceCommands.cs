using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EdgeGateway.Devices;
using EdgeGateway.Evidence;
using EdgeGateway.Gateway;
using EdgeGateway.Presence;
using EdgeGateway.Registry;
using EdgeGateway.Storage.Registry;
using EdgeGateway.Texts;
using EdgeGateway.Tls;

namespace EdgeGateway.Commands;

/// <summary>The registry: <c>device add · list · show · credential</c>.</summary>
sealed class DeviceCommands(GatewayData data, DeviceRegistrar registrar, TimeProvider time, DevicePresence? presence)
{
    // Of a file that came as text, as much as tells which one it is.
    const int Shown = 40;

    public async Task<JsonNode> AddAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        var change = await registrar.AddAsync(
            new NewDevice(
                arguments.RequiredText("id"), arguments.RequiredText("profile"),
                new DevicePlace(arguments.Text("line"), arguments.Text("mn"), arguments.Number("unit"), arguments.Text("broker"), arguments.Text("folder"), arguments.Text("stream")), arguments.Fields("values"),
                arguments.Text("certificate") is { } text ? Certificate(text) : null, arguments.Flag("bench")),
            actor, cancellationToken);
        return WithSecret(change);
    }

    /// <summary>A new secret; or the given certificate; or one that the gateway's authority issues for the given request.</summary>
    public async Task<JsonNode> CredentialAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        var id = arguments.RequiredText("id");
        var request = arguments.Text("request", DeviceCertificates.MaximumRequestCharacters);
        var certificate = arguments.Text("certificate") is { } text ? Certificate(text) : null;
        if (request is not null && certificate is not null) throw Failure.Usage("usage.not-both", "--cert", "--request");
        if (request is null) return WithSecret(await registrar.RenewCredentialAsync(id, certificate is null ? null : _ => certificate, actor, cancellationToken));

        var days = arguments.Number("days") ?? DeviceCertificates.DefaultDays;
        if (days is < 1 or > DeviceCertificates.MaximumDays) throw Failure.Usage("usage.value", "--days", days, Said.Of("usage.whole", 1, DeviceCertificates.MaximumDays));
        DeviceCertificate? issued = null;
        var json = WithSecret(await registrar.RenewCredentialAsync(id, device => issued = Issue(device, request, (int)days), actor, cancellationToken));
        json["certificate"] = PemEncoding.WriteString("CERTIFICATE", issued!.Der) + "\n";
        return json;
    }

    public Task<JsonNode> ListAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken) =>
        Task.FromResult<JsonNode>(new JsonArray([.. data.Devices.All().Select(device => (JsonNode)ToJson(device))]));

    public Task<JsonNode> ShowAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        var id = arguments.RequiredText("id");
        var device = data.Devices.Find(id) ?? throw Failure.Of("device.none", DisplayText.Of(id));
        return Task.FromResult<JsonNode>(ToJson(device));
    }

    DeviceCertificate Issue(DeviceId device, string request, int days)
    {
        using var authority = CertificateAuthority.Open(data.Path, data.Ledger.Origin, time);
        if (DeviceCertificates.TryIssue(authority.Certificate, device, request, days, time, out var der) is { } wrong) throw Failure.Usage("usage.value", "--request", DisplayText.Of(request, Shown), wrong);
        return DeviceCertificate.TryRead(der, out var certificate) is { } ours ? throw new InvalidOperationException(ours) : certificate!;
    }

    static DeviceCertificate Certificate(string text)
    {
        var der = new byte[DeviceCertificate.MaximumBytes];
        if (text.Length > Base64.GetMaxEncodedToUtf8Length(der.Length) || !Convert.TryFromBase64String(text, der, out var length)) throw Failure.Usage("usage.value", "--cert", DisplayText.Of(text, Shown), Said.Of("certificate.unreadable"));
        return DeviceCertificate.TryRead(der[..length], out var certificate) is { } wrong ? throw Failure.Usage("usage.value", "--cert", DisplayText.Of(text, Shown), wrong) : certificate!;
    }

    JsonObject WithSecret(DeviceChange change)
    {
        var json = ToJson(change.Device);
        json["secret"] = change.Secret;
        json["certificate"] = null;
        return json;
    }

    JsonObject ToJson(RegisteredDevice device) => ToJson(device, presence?.Find(device.Id));

    static JsonObject ToJson(RegisteredDevice device, (bool Online, DateTimeOffset Since)? connection) => new()
    {
        ["id"] = device.Id,
        ["profile"] = device.ProfileId,
        ["line"] = device.Line,
        ["mn"] = device.Mn,
        ["unit"] = device.Unit,
        ["broker"] = device.Broker,
        ["folder"] = device.Folder,
        ["stream"] = device.Stream,
        ["bench"] = device.IsBench,
        ["credentialId"] = device.CredentialId,
        ["credentialKind"] = device.CredentialKind?.Word(),
        ["credentialEnds"] = CommandArguments.Text(device.CredentialEnds),
        ["values"] = new JsonObject(device.Values
            .Where(pair => !DevicePlace.Keys.Contains(pair.Key))
            .Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        ["registryIndex"] = device.RegistryIndex,
        ["registryLeaf"] = device.RegistryLeaf.ToString(),
        ["connection"] = connection is { } known ? known.Online ? "online" : "offline" : null,
        ["connectionSince"] = CommandArguments.Text(connection?.Since),
        ["addedAt"] = CommandArguments.Text(device.AddedAt),
        ["changedAt"] = CommandArguments.Text(device.ChangedAt),
    };
}
