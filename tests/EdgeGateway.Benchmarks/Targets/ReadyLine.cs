using System.Text.Json;

namespace EdgeGateway.Benchmarks.Targets;

/// <summary>What <c>serve</c> prints once it is ready: one JSON object with the ports it bound.</summary>
sealed record ReadyLine(int MqttPort, int? HttpPort)
{
    /// <summary>Null for any other line: a log may come before it.</summary>
    public static ReadyLine? Read(string line)
    {
        if (!line.StartsWith('{')) return null;
        try
        {
            using var json = JsonDocument.Parse(line);
            return Port(json.RootElement, "mqtt") is { } mqtt ? new ReadyLine(mqtt, Port(json.RootElement, "http")) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static int? Port(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : null;
}
