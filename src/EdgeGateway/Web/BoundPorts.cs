using System.Text.Json.Nodes;
using EdgeGateway.Devices.Mqtt;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace EdgeGateway.Web;

/// <summary>What a running gateway listens on; meaningful once the host has started.</summary>
sealed class BoundPorts(IServer server, MqttEndpoint mqtt)
{
    /// <summary>The plain MQTT port; null when it is off.</summary>
    public int? Mqtt => mqtt.PlainPort;

    /// <summary>The same with TLS.</summary>
    public int? MqttWithTls => mqtt.TlsPort;

    /// <summary>Of the web part: neither MQTT nor the local socket.</summary>
    public IReadOnlyList<string> Urls =>
        [.. (server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []).Where(url => url.StartsWith("http://", StringComparison.Ordinal) && !url.Contains("unix:", StringComparison.Ordinal) && (Mqtt is null || new Uri(url).Port != Mqtt))];

    public JsonObject ToJson() => new() { ["mqtt"] = Mqtt, ["mqtts"] = MqttWithTls, ["urls"] = new JsonArray([.. Urls.Select(url => (JsonNode)url)]) };
}
