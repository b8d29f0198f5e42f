using System.Text.Json.Nodes;
using EdgeGateway.Custody;
using EdgeGateway.Evidence;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Media;
using EdgeGateway.Registry;
using EdgeGateway.Storage.Registry;
using EdgeGateway.Texts;
using EdgeGateway.Timestamps;

namespace EdgeGateway.Commands;

/// <summary>What was sealed: <c>evidence list · show</c>.</summary>
sealed class EvidenceCommands(GatewayData data, ViewLog views, TimeProvider time)
{
    const int DefaultLimit = 1000;

    readonly SplitMessages _split = new(data, views);

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
            throw Failure.Of("device.none", DisplayText.Of(id));
        }

        var log = await SelectedLog.FindAsync(data, arguments.Text("log"), views: true, cancellationToken);
        var found = Find(log, query, TrustOf(arguments.Text("trust")), cancellationToken);
        var states = log.Views().FindStates([.. found.Select(pair => pair.Item.Index)]);
        return new JsonArray([.. found.Select(pair => (JsonNode)EvidenceJson.Of(pair.Item, pair.Trust, states.GetValueOrDefault(pair.Item.Index), log.Origin, NameOf))]);
    }

    /// <summary>Everything that is known of one entry, of whatever kind; its bytes only where asked for.</summary>
    public async Task<JsonNode> ShowAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        var index = arguments.RequiredNumber("index");
        var withBytes = arguments.Text("include") switch { null => false, "bytes" => true, var other => throw CommandArguments.WrongWord("include", other, "bytes") };
        var log = await SelectedLog.FindAsync(data, arguments.Text("log"), views: true, cancellationToken);
        if (index < 0 || index >= log.Size)
        {
            throw new GatewayException(log.NoEntry(index));
        }

        var record = log.Ledger.Read(index, 1)[0];
        var state = log.Views().FindState(index);

        // What a tombstone names is gone, also while a file still holds it.
        if (state?.Tombstone is not null) record = record with { Salt = default, PrivatePart = default };
        using var entry = EntryView.Parse(record);
        var trust = LogTrust.Of(data, log, time.GetUtcNow(), cancellationToken).Of(index);
        var evidence = EvidenceItem.From(entry);
        if (evidence is { Erased: false }) await views.RecordAsync(log, entry, actor, cancellationToken);
        var shown = evidence is { } item ? EvidenceJson.Of(item, trust, state, log.Origin, NameOf) : new JsonObject
        {
            ["origin"] = log.Origin,
            ["index"] = index,
            ["kind"] = entry.KindName,
            ["sealedAt"] = CommandArguments.Text(entry.At),
        };
        EvidenceJson.WriteTrust(shown, trust);
        shown["leafHash"] = entry.LeafHash.ToString();
        shown["commitmentHolds"] = entry.IsErased ? null : entry.CommitmentHolds();
        shown["salt"] = entry.IsErased ? null : Convert.ToHexStringLower(record.Salt.Span);
        shown["leaf"] = JsonNode.Parse(record.Leaf.Span);
        shown["private"] = entry.IsErased ? null : PrivateOf(record);
        if (!entry.IsErased && entry.Private.Digest("object"u8) is { } media && MediaFolder.Read(data.Path, media) is { } facts)
        {
            facts["folder"] = MediaFolder.Of(data.Path, media);
            shown["media"] = facts;
        }

        if (EntryContent.Read(entry, data.Objects) is { } content)
        {
            var parsed = ContentView.Of(entry, data.Profiles, content);
            if (parsed is JsonObject frame && evidence is { } about) await _split.WriteAsync(frame, log, about, content, actor, cancellationToken);
            shown["parsed"] = parsed;
            if (withBytes) shown["bytes"] = Convert.ToBase64String(content);
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
    /// <exception cref="GatewayException">The clock jumped ahead, and no person said that it is right.</exception>
    DateTimeOffset OverdueBy()
    {
        if (data.Clock.Unconfirmed is not null) throw Failure.Of("review.no-date", data.Clock.Why);
        var now = data.Clock.Read().Utc;
        return (now > data.Ledger.NewestAt ? now : data.Ledger.NewestAt).AddDays(-data.Settings.Review.DueDays);
    }

    static ReviewFilter? ReviewOf(string? name) => name switch
    {
        null => null,
        "pending" or "overdue" => ReviewFilter.Pending,
        "passed" => ReviewFilter.Passed,
        "failed" => ReviewFilter.Failed,
        _ => throw CommandArguments.WrongWord("review", name, "pending", "passed", "failed", "overdue"),
    };

    static bool? TaggedOf(string? name) => name switch
    {
        null => null,
        "yes" => true,
        "no" => false,
        _ => throw CommandArguments.WrongWord("tag", name, "yes", "no"),
    };

    static EntryKind? KindOf(string? name) => name switch
    {
        null => null,
        "evidence" => EntryKind.Evidence,
        "quarantine" => EntryKind.Quarantine,
        _ => throw CommandArguments.WrongWord("kind", name, "evidence", "quarantine"),
    };

    static TrustState? TrustOf(string? name) => name is null ? null
        : TrustStates.TryParse(name, out var state) ? state
        : throw CommandArguments.WrongWord("trust", name, "sealed", "timestamped", "witnessed", "lapsed");

    string NameOf(Hash log) => SelectedLog.Find(data, log, CancellationToken.None)?.Origin ?? log.ToString();

    /// <summary>No view knows the state, because it changes with the time and with what comes later: it is found item by item.</summary>
    List<(EvidenceItem Item, Trust Trust)> Find(SelectedLog log, EvidenceQuery query, TrustState? wanted, CancellationToken cancellationToken)
    {
        var of = log.Views();
        var trusts = LogTrust.Of(data, log, time.GetUtcNow(), cancellationToken);
        var found = new List<(EvidenceItem, Trust)>();
        var page = of.Query(query);
        while (page.Count > 0)
        {
            found.AddRange(page.Select(item => (item, trusts.Of(item.Index))).Where(pair => wanted is null || pair.Item2.State == wanted).Take(query.Limit - found.Count));
            if (found.Count == query.Limit || page.Count < query.Limit) break;
            page = of.Query(query with { After = page[^1].Index });
        }

        return found;
    }
}
