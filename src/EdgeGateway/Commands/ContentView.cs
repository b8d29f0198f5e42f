using System.Text.Json.Nodes;
using EdgeGateway.Devices.Serial;
using EdgeGateway.Devices.Serial.Hj212;
using EdgeGateway.Evidence;
using EdgeGateway.Ledger;
using EdgeGateway.Profiles;

namespace EdgeGateway.Commands;

/// <summary>What sealed bytes say, read again with the profile that is in force: a view beside the evidence, never the evidence.</summary>
static class ContentView
{
    const int MaximumCharacters = 4096;

    /// <returns>Null where nothing reads into these bytes.</returns>
    public static JsonNode? Of(EntryView entry, ProfileCatalog profiles, byte[] content)
    {
        var profile = entry.Body.Object("profile"u8)?.Text("id"u8) is { } id ? profiles.Find(id) : null;
        if (entry.Body.Text("wire"u8) == "serial")
        {
            if (profile is { Framing: ModbusRtuFraming }) return ModbusView.Of(entry, profile, content);

            // Without a profile it may be HJ 212, whose passwords are masked.
            return profile is null or { Framing: Hj212Framing } ? OfHj212(content) : DisplayText.Of(FrameText.Of(content), MaximumCharacters);
        }

        if (entry.Body.Text("mediaType"u8) is not ("application/json" or "text/plain")) return null;
        return DisplayText.Of(System.Text.Encoding.UTF8.GetString(content), MaximumCharacters);
    }

    static JsonObject OfHj212(byte[] content)
    {
        var view = Hj212View.Read(content);
        var json = new JsonObject { ["crc"] = view.CrcIsRight ? "right" : "wrong" };
        if (view.Error is { } error) json["error"] = error;
        json["text"] = DisplayText.Of(view.Text, MaximumCharacters);
        json["values"] = new JsonArray([.. view.Values.Select(value => (JsonNode)new JsonObject
        {
            ["name"] = DisplayText.Of(value.Name),
            ["value"] = DisplayText.Of(value.Masked().Value),
        })]);
        return json;
    }
}
