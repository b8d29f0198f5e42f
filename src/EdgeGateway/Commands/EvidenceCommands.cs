using System.Text.Json.Nodes;
using EdgeGateway.Custody;
using EdgeGateway.Evidence;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Registry;
using EdgeGateway.Storage.Registry;

namespace EdgeGateway.Commands;

/// <summary>What was sealed: <c>evidence list · show</c>.</summary>
sealed class EvidenceCommands(GatewayData data, ViewLog views)
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
            Case = arguments.Text("case"),
            Officer = arguments.Text("officer"),
            Review = ReviewOf(arguments.Text("review")),
            ReceivedBy = arguments.Text("review") == "overdue" ? OverdueBy() : null,
            Tagged = TaggedOf(arguments.Text("tag")),
        };
        if (query.Device is { } id && data.Devices.Find(id) is null)
        {
            throw new GatewayException($"There is no device '{DisplayText.Of(id)}'. 'edgegw device list' names those that there are.");
        }

        await data.CatchUpViewsAsync(cancellationToken);
        var items = data.Views.Query(query);
        var states = data.Views.FindStates([.. items.Select(item => item.Index)]);
        return new JsonArray([.. items.Select(item => (JsonNode)WithState(ToJson(item, data.Ledger.Origin), item, states.GetValueOrDefault(item.Index)))]);
    }

    /// <summary>Everything that is known of one entry, of whatever kind; its bytes only where asked for.</summary>
    public async Task<JsonNode> ShowAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        var index = arguments.Number("index") ?? throw new GatewayException("The argument 'index' is missing.");
        await data.CatchUpViewsAsync(cancellationToken);
        if (index < 0 || index >= data.Ledger.Size)
        {
            throw new GatewayException($"There is no entry {index}: the ledger has entries 0 to {data.Ledger.Size - 1}.");
        }

        var record = data.Ledger.Read(index, 1)[0];
        var state = data.Views.FindState(index);

        // What a tombstone names is gone, also while a file still holds it.
        if (state?.Tombstone is not null) record = record with { Salt = default, PrivatePart = default };
        using var entry = EntryView.Parse(record);
        var evidence = EvidenceItem.From(entry);
        if (evidence is { Erased: false }) await views.RecordAsync(entry, actor, cancellationToken);
        var shown = evidence is { } item ? WithState(ToJson(item, data.Ledger.Origin), item, state) : new JsonObject
        {
            ["origin"] = data.Ledger.Origin,
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

    /// <summary>Received at or before this and not reviewed is overdue. A clock below the floor counts as the floor.</summary>
    DateTimeOffset OverdueBy()
    {
        var now = data.Clock.Read().Utc;
        return (now > data.Ledger.NewestAt ? now : data.Ledger.NewestAt).AddDays(-data.Settings.Review.DueDays);
    }

    static ReviewFilter? ReviewOf(string? name) => name switch
    {
        null => null,
        "pending" or "overdue" => ReviewFilter.Pending,
        "passed" => ReviewFilter.Passed,
        "failed" => ReviewFilter.Failed,
        _ => throw new GatewayException($"'{DisplayText.Of(name)}' is no state of review: use pending, passed, failed or overdue."),
    };

    static bool? TaggedOf(string? name) => name switch
    {
        null => null,
        "yes" => true,
        "no" => false,
        _ => throw new GatewayException($"--tag is '{DisplayText.Of(name)}': use yes for items that have a case, no for those that have none."),
    };

    /// <summary>What was done with it since it was sealed; absent where nothing was.</summary>
    static JsonObject WithState(JsonObject json, EvidenceItem item, ItemState? state)
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
        return json;

        void Add(string name, string? value)
        {
            if (value is not null) json[name] = value;
        }
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
