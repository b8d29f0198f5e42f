using System.Text.Json.Nodes;
using EdgeGateway.Evidence;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Registry;

namespace EdgeGateway.Commands;

/// <summary>An item as <c>evidence list</c> and <c>show</c> give it (docs/schemas/evidence-list.json).</summary>
static class EvidenceJson
{
    public static void WriteTrust(JsonObject json, Trust trust)
    {
        json["trust"] = TrustStates.Text(trust.State);
        json["notBefore"] = CommandArguments.Text(trust.NotBefore);
        json["notAfter"] = CommandArguments.Text(trust.NotAfter);
    }

    /// <param name="state">What was done with it since; null where nothing was.</param>
    /// <param name="nameOf">The name of a log by the leaf hash of its entry 0.</param>
    public static JsonObject Of(EvidenceItem item, Trust trust, ItemState? state, string origin, Func<Hash, string> nameOf)
    {
        var json = new JsonObject
        {
            ["origin"] = origin,
            ["index"] = item.Index,
            ["device"] = item.Device,
            ["kind"] = EntryKinds.Text(item.Kind),
            ["profile"] = item.Profile,
            ["message"] = item.Message,
            ["contentType"] = item.ContentType,
            ["size"] = item.Size,
            ["sha256"] = item.Sha256?.ToString(),
            ["capturedAt"] = CommandArguments.Text(item.CapturedAt) ?? item.CapturedAtText,
            ["receivedAt"] = CommandArguments.Text(item.ReceivedAt),
            ["sealedAt"] = CommandArguments.Text(item.SealedAt),
            ["wire"] = item.Wire,
            ["parse"] = item.Parse,
        };
        WriteTrust(json, trust);
        if (item.EventId is { } eventId) json["eventId"] = eventId;
        if (item.Object is { } stored) json["object"] = stored.ToString();
        if (item.Reason is { } reason) json["reason"] = reason;
        if (item.Flags.Count > 0) json["flags"] = new JsonArray([.. item.Flags.Select(flag => (JsonNode)flag)]);
        if (item.PossibleRepeatOf is { } repeat) json["possibleRepeatOf"] = repeat;
        if (item.ConflictsWith is { } conflict) json["conflictsWith"] = conflict;
        if (item.Erased) json["erased"] = true;
        WriteState(json, item, state, nameOf);
        return json;
    }

    static void WriteState(JsonObject json, EvidenceItem item, ItemState? state, Func<Hash, string> nameOf)
    {
        if (item.Kind == EntryKind.Evidence) json["review"] = state?.Review switch { null => "pending", { Passed: true } => "passed", _ => "failed" };
        Add("reviewedAt", CommandArguments.Text(state?.Review?.At));
        Add("reviewer", state?.Review?.By);
        Add("reviewReason", state?.Review?.Reason);
        Add("case", state?.Tag?.Case);
        Add("archive", state?.Tag?.Archive);
        Add("volume", state?.Tag?.Volume);
        Add("page", state?.Tag?.Page);
        Add("officer", state?.Tag?.Officer);
        Add("medium", state?.Medium);
        if (state?.Tombstone is { } tombstone) (json["erased"], json["tombstone"]) = (true, tombstone);
        if (state?.TombstoneLog is { } log) json["tombstoneLog"] = nameOf(log);

        void Add(string name, string? value)
        {
            if (value is not null) json[name] = value;
        }
    }
}
