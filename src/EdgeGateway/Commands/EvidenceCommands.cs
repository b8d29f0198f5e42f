using System.Text.Json.Nodes;
using EdgeGateway.Evidence;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Registry;
using EdgeGateway.Storage.Registry;

namespace EdgeGateway.Commands;

/// <summary>What was sealed: <c>evidence list · show</c>.</summary>
sealed class EvidenceCommands(GatewayData data)
{
    const int DefaultLimit = 1000;

    /// <summary>Every entry acknowledged before the call is in the answer, so the views are brought up to it first.</summary>
    public async Task<JsonNode> ListAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        var query = new EvidenceQuery
        {
            Device = arguments.Text("device"),
            Kind = KindOf(arguments.Text("kind")),
            From = arguments.Time("from"),
            To = arguments.Time("to"),
            After = arguments.Number("after") ?? -1,
            Limit = (int)Math.Clamp(arguments.Number("limit") ?? DefaultLimit, 1, 10_000),
        };
        if (query.Device is { } id && data.Devices.Find(id) is null)
        {
            throw new GatewayException($"There is no device '{DisplayText.Of(id)}'. 'edgegw device list' names those that there are.");
        }

        var log = await SelectedLog.FindAsync(data, arguments.Text("log"), views: true, cancellationToken);
        return new JsonArray([.. log.Views().Query(query).Select(item => (JsonNode)ToJson(item, log.Origin))]);
    }

    /// <summary>Everything that is known of one entry, of whatever kind; its bytes only where asked for.</summary>
    public async Task<JsonNode> ShowAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        var index = arguments.Number("index") ?? throw new GatewayException("The argument 'index' is missing.");
        var log = await SelectedLog.FindAsync(data, arguments.Text("log"), views: false, cancellationToken);
        if (index < 0 || index >= log.Size)
        {
            throw new GatewayException($"There is no entry {index}: the ledger has entries 0 to {log.Size - 1}.");
        }

        var record = log.Ledger.Read(index, 1)[0];
        using var entry = EntryView.Parse(record);
        var shown = EvidenceItem.From(entry) is { } item ? ToJson(item, log.Origin) : new JsonObject
        {
            ["origin"] = log.Origin,
            ["index"] = index,
            ["kind"] = entry.KindName,
            ["sealedAt"] = CommandArguments.Text(entry.At),
        };
        shown["leafHash"] = entry.LeafHash.ToString();
        shown["commitmentHolds"] = entry.IsErased ? null : entry.CommitmentHolds();
        shown["salt"] = entry.IsErased ? null : Convert.ToHexStringLower(record.Salt.Span);
        shown["leaf"] = JsonNode.Parse(record.Leaf.Span);
        shown["private"] = entry.IsErased ? null : PrivateOf(record);
        if (EntryContent.Read(entry, data.Objects) is { } content)
        {
            shown["parsed"] = ContentView.Of(entry, data.Profiles, content);
            if (arguments.Text("include") == "bytes") shown["bytes"] = Convert.ToBase64String(content);
        }

        return shown;
    }

    /// <summary>The bytes are shown only when asked for: they may hold a password (HJ 212's PW), and are long.</summary>
    static JsonObject PrivateOf(LedgerRecord record)
    {
        var json = JsonNode.Parse(record.PrivatePart.Span)!.AsObject();
        json.Remove("bytes");
        return json;
    }

    static EntryKind? KindOf(string? name) => name switch
    {
        null => null,
        "evidence" => EntryKind.Evidence,
        "quarantine" => EntryKind.Quarantine,
        _ => throw new GatewayException($"'{DisplayText.Of(name)}' is not a kind of evidence: use evidence or quarantine."),
    };

    static JsonObject ToJson(EvidenceItem item, string origin)
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
        if (item.EventId is { } eventId) json["eventId"] = eventId;
        if (item.Object is { } stored) json["object"] = stored.ToString();
        if (item.Reason is { } reason) json["reason"] = reason;
        if (item.Flags.Count > 0) json["flags"] = new JsonArray([.. item.Flags.Select(flag => (JsonNode)flag)]);
        if (item.PossibleRepeatOf is { } repeat) json["possibleRepeatOf"] = repeat;
        if (item.ConflictsWith is { } conflict) json["conflictsWith"] = conflict;
        if (item.Erased) json["erased"] = true;
        return json;
    }
}
