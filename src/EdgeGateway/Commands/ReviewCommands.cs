using System.Text.Json.Nodes;
using EdgeGateway.Custody;
using EdgeGateway.Evidence;
using EdgeGateway.Gateway;
using EdgeGateway.Ingest;
using EdgeGateway.Ledger;
using EdgeGateway.Registry;
using EdgeGateway.Texts;

namespace EdgeGateway.Commands;

/// <summary><c>evidence review</c>: a named person's results, or those of the case system (行政处罚法 art. 41).</summary>
sealed class ReviewCommands(GatewayData data)
{
    const int MaximumReason = 1024;
    const int MaximumName = 256;

    /// <summary>
    /// Reviews all of the rows as one action, or none: every row that is wrong is named. A row has <c>index</c> and <c>result</c>; those of a
    /// case system may have <c>origin</c>, <c>leaf</c>, <c>reason</c>, <c>reference</c> and the <c>line</c> of their file.
    /// </summary>
    public async Task<JsonNode> ReviewAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        await data.CatchUpViewsAsync(cancellationToken);
        var imported = arguments.Flag("import");
        var by = imported ? arguments.Text("by", MaximumName) : arguments.By(actor, MaximumName);
        var rows = new RowErrors(arguments);
        var lookup = new LoggedItems(data, arguments.Text("log"), cancellationToken);
        var entries = new List<OwnEntry>();
        foreach (var row in rows.Read())
        {
            if (Find(row, lookup, rows) is not { } item || ResultOf(row, rows) is not { } passed) continue;
            if (passed && item.IsBench) rows.Add(row, Said.Of("row.bench", row.Index));
            var reason = row.Values.Text("reason");
            if (reason is null && !imported) rows.Add(row, Said.Of("usage.required", "--reason"));
            if (reason?.Length > MaximumReason) rows.Add(row, Said.Of("row.long", "reason", MaximumReason));
            if (row.Values.Text("reference")?.Length > MaximumName) rows.Add(row, Said.Of("row.long", "reference", MaximumName));
            entries.Add(CustodyEntries.Review(item, passed, imported, by, reason, row.Values.Text("reference")).MadeBy(actor));
        }

        rows.ThrowIfAny();
        if (!arguments.Flag("dryRun")) await OwnEntry.SealAllAsync(entries, data.Ledger, cancellationToken);
        return new JsonObject { ["reviewed"] = entries.Count, ["dryRun"] = arguments.Flag("dryRun") };
    }

    static SealedItem? Find(ItemRow row, LoggedItems items, RowErrors errors)
    {
        if (items.Find(row.Origin, row.Index, out var state, out var kind, out var error) is not { } item)
        {
            errors.Add(row, error!);
            return null;
        }

        if (kind != EntryKind.Evidence) errors.Add(row, Said.Of("row.refused-message", row.Index));
        if (row.Values.Text("leaf") is { } leaf && leaf != item.LeafHash.ToString()) errors.Add(row, Said.Of("row.leaf", row.Index, item.LeafHash, DisplayText.Of(leaf)));
        if (state?.Tombstone is { } tombstone) errors.Add(row, Said.Of("row.erased", row.Index, tombstone));
        return item;
    }

    static bool? ResultOf(ItemRow row, RowErrors errors)
    {
        switch (row.Values.Text("result"))
        {
            case "passed" or "通过":
                return true;
            case "failed" or "不通过":
                return false;
            case var other:
                errors.Add(row, Said.Of("row.result", DisplayText.Of(other ?? "")));
                return null;
        }
    }
}
