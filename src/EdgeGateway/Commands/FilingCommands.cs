using System.Text.Json.Nodes;
using EdgeGateway.Custody;
using EdgeGateway.Evidence;
using EdgeGateway.Gateway;
using EdgeGateway.Ingest;
using EdgeGateway.Ledger;
using EdgeGateway.Registry;
using EdgeGateway.Storage.Registry;
using EdgeGateway.Texts;

namespace EdgeGateway.Commands;

/// <summary>How items are filed and what became of them: <c>evidence tag · hold · release · holds · history</c>.</summary>
sealed class FilingCommands(GatewayData data)
{
    const int MaximumReason = 1024;
    const int HistoryPage = 1000;

    static readonly string[] TagFields = ["case", "archive", "volume", "page", "officer"];

    /// <summary>
    /// Tags all of the rows as one action, or none. A row names the fields that change; an empty text takes one away. What a tag said before
    /// stays in the ledger.
    /// </summary>
    public async Task<JsonNode> TagAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        // Not while something is erased: what was decided there by the tags and holds must still be so when it is done.
        using var alone = await data.Erasures.EnterAsync(cancellationToken);
        await data.CatchUpViewsAsync(cancellationToken);
        var rows = new RowErrors(arguments);
        var items = new LoggedItems(data, arguments.Text("log"), cancellationToken);
        var holds = CaseHolds.All(data, cancellationToken);
        var by = arguments.By(actor, ItemTag.MaximumCharacters);
        var entries = new List<OwnEntry>();
        var unchanged = 0;
        foreach (var row in rows.Read())
        {
            if (items.Find(row.Origin, row.Index, out var state, out _, out var error) is not { } item)
            {
                rows.Add(row, error!);
                continue;
            }

            if (item.IsBench) rows.Add(row, Said.Of("row.bench", row.Index));
            if (state?.Tombstone is { } tombstone) rows.Add(row, Said.Of("row.erased", row.Index, tombstone));
            var tag = TagOf(row, state?.Tag, rows);
            if (tag.Case != state?.Tag?.Case && state?.Tag?.Case is { } held && holds.ContainsKey(held))
            {
                rows.Add(row, Said.Of("row.held", row.Index, DisplayText.Of(held)));
            }

            if (tag == state?.Tag) unchanged++;
            else entries.Add(CustodyEntries.Tag(item, tag, by).MadeBy(actor));
        }

        rows.ThrowIfAny();
        if (!arguments.Flag("dryRun") && entries.Count > 0) await OwnEntry.SealAllAsync(entries, data.Ledger, cancellationToken);
        return new JsonObject { ["tagged"] = entries.Count, ["unchanged"] = unchanged, ["dryRun"] = arguments.Flag("dryRun") };
    }

    /// <summary>Puts a case on hold (暂停销毁), or with <c>release</c> takes it off.</summary>
    public async Task<JsonNode> HoldAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        using var alone = await data.Erasures.EnterAsync(cancellationToken);
        await data.CatchUpViewsAsync(cancellationToken);
        var release = arguments.Flag("release");
        var name = arguments.RequiredText("case", ItemTag.MaximumCharacters);
        var reason = arguments.RequiredText("reason", MaximumReason);
        var hold = CaseHolds.All(data, cancellationToken).TryGetValue(name, out var found) ? found.Hold : null;
        if (!release && hold is not null) throw Failure.Of("hold.already", DisplayText.Of(name), data.Site.Show(hold.At), hold.Entry);
        if (release && hold is null) throw Failure.Of("hold.none", DisplayText.Of(name));
        var outcome = await CustodyEntries.Hold(name, release, reason, arguments.By(actor, ItemTag.MaximumCharacters)).MadeBy(actor).SealAsync(data.Ledger, cancellationToken);
        return new JsonObject { ["case"] = name, ["held"] = !release, ["entry"] = outcome.Index };
    }

    public async Task<JsonNode> HoldsAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        await data.CatchUpViewsAsync(cancellationToken);
        return new JsonArray([.. CaseHolds.All(data, cancellationToken).Values.Select(held => (JsonNode)new JsonObject
        {
            ["case"] = held.Hold.Case,
            ["since"] = CommandArguments.Text(held.Hold.At),
            ["by"] = held.Hold.By,
            ["reason"] = held.Hold.Reason,
            ["entry"] = held.Hold.Entry,
            ["log"] = held.Origin,
        })]);
    }

    /// <summary>Who did what with an item, or what an account did.</summary>
    public async Task<JsonNode> HistoryAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        var log = await SelectedLog.FindAsync(data, arguments.Text("log"), views: true, cancellationToken);
        var events = (arguments.Number("index"), arguments.Text("account")) switch
        {
            ({ } index, null) when new ItemLookup(log).Find(index, out _, out var error) is null => throw new GatewayException(error!),
            ({ } index, null) => log.Views().EventsOf(index),
            (null, { } account) => log.Views().EventsBy(Actors.Account(account), arguments.Number("after") ?? -1, HistoryPage),
            _ => throw Failure.Usage("history.what"),
        };
        return new JsonArray([.. events.Select(entry => (JsonNode)ToJson(entry, log, cancellationToken))]);
    }

    /// <summary>What the private part says, where it was not erased.</summary>
    JsonObject ToJson(HistoryItem item, SelectedLog asked, CancellationToken cancellationToken)
    {
        // What was taken from a later log is there, or nothing is shown at all.
        var log = item.Log is { } id ? SelectedLog.Find(data, id, cancellationToken)! : asked;
        using var entry = EntryView.Parse(log.Ledger.Read(item.Index, 1)[0]);
        var json = new JsonObject
        {
            ["entry"] = item.Index,
            ["at"] = CommandArguments.Text(item.At),
            ["action"] = item.Action,
            ["item"] = item.Item,
            ["actor"] = item.Actor,
            ["log"] = log.Origin,
        };
        if (item.ItemLog is { } itemLog) json["itemLog"] = SelectedLog.Find(data, itemLog, cancellationToken)?.Origin ?? itemLog.ToString();
        if (entry.Body.Text("result"u8) is { } result) json["result"] = result;
        if (entry.Body.Text("source"u8) is { } source) json["source"] = source;
        if (entry.Body.Text("class"u8) is { } retentionClass) json["class"] = retentionClass;
        if (entry.IsErased) return json;
        foreach (var property in entry.Private.EnumerateObject())
        {
            if (property.Value.ValueKind == System.Text.Json.JsonValueKind.String) json[property.Name] = property.Value.GetString();
        }

        return json;
    }

    static ItemTag TagOf(ItemRow row, ItemTag? before, RowErrors errors)
    {
        foreach (var field in TagFields)
        {
            if (row.Values.Text(field)?.Length > ItemTag.MaximumCharacters) errors.Add(row, Said.Of("row.long", field, ItemTag.MaximumCharacters));
        }

        if (!TagFields.Any(row.Values.ContainsKey)) errors.Add(row, Said.Of("row.no-tag", row.Index, string.Join(", ", TagFields)));
        return new ItemTag(
            Value("case", before?.Case), Value("archive", before?.Archive), Value("volume", before?.Volume), Value("page", before?.Page),
            Value("officer", before?.Officer));

        string? Value(string field, string? old) => row.Values.Text(field) switch { null => old, "" => null, var text => text };
    }
}
