using System.Text.Json.Nodes;
using EdgeGateway.Devices.Serial.Modbus;
using EdgeGateway.Ledger;
using EdgeGateway.Profiles;

namespace EdgeGateway.Commands;

/// <summary>What a sealed Modbus exchange says, by the points of its message.</summary>
static class ModbusView
{
    /// <returns>Null where the bytes are no exchange.</returns>
    public static JsonObject? Of(EntryView entry, DeviceProfile profile, byte[] content)
    {
        if (!ModbusExchange.TryParse(content, out var exchange)) return null;
        var rule = profile.Messages.FirstOrDefault(rule => rule.Name == entry.Body.Text("message"u8) && exchange.IsOf(rule.Poll));
        return new JsonObject
        {
            ["unit"] = exchange.Unit,
            ["function"] = exchange.Function,
            ["address"] = exchange.Address,
            ["count"] = exchange.Count,
            ["exception"] = exchange.Exception,
            ["values"] = new JsonArray([.. (rule?.Points ?? []).Select(point => (JsonNode)new JsonObject
            {
                ["name"] = point.Name,
                ["value"] = exchange.Value(point),
                ["unit"] = point.Unit,
            })]),
        };
    }
}
