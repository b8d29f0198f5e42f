using System.Text.Json.Nodes;
using EdgeGateway.Custody;
using EdgeGateway.Gateway;
using EdgeGateway.Registry;
using EdgeGateway.Retention;
using EdgeGateway.Storage.Registry;
using EdgeGateway.Texts;

namespace EdgeGateway.Commands;

/// <summary>How long items are kept, and where: <c>evidence due · erase · move</c>.</summary>
sealed class RetentionCommands(GatewayData data)
{
    const int MaximumReason = 1024;

    readonly MediumMove _move = new(data);

    /// <summary>A page of what is due and not on hold; <c>next</c> is the index to go on behind, null at the end.</summary>
    public async Task<JsonNode> DueAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        var log = await SelectedLog.FindAsync(data, arguments.Text("log"), views: true, cancellationToken);
        var asOf = arguments.Time("asOf") ?? data.Eraser.DecideBy(null);
        var limit = (int)Math.Clamp(arguments.Number("limit") ?? 1000, 1, IndexRange.Most);
        var (items, next) = DueItems.Find(data, log, asOf, arguments.Number("after") ?? -1, limit, cancellationToken);
        return new JsonObject
        {
            ["asOf"] = CommandArguments.Text(asOf),
            ["items"] = new JsonArray([.. items.Select(due => (JsonNode)new JsonObject
            {
                ["origin"] = log.Origin,
                ["index"] = due.Item.Index,
                ["device"] = due.Item.Device,
                ["message"] = due.Item.Message,
                ["class"] = due.Term.Class,
                ["period"] = due.Term.Period.ToString(),
                ["due"] = CommandArguments.Text(due.Term.Due),
                ["size"] = due.Item.Size,
            })]),
            ["next"] = next,
        };
    }

    /// <summary>Erases these items, or with <c>due</c> a page of what is due.</summary>
    public async Task<JsonNode> EraseAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        var reason = arguments.Text("reason", MaximumReason) is { Length: > 0 } why ? why : throw Failure.Usage("usage.required", "--reason");
        var asOf = arguments.Time("asOf");
        var dryRun = arguments.Flag("dryRun");
        var byRetention = arguments.Flag("due");
        var items = arguments.Numbers("indices");
        long? next = null;
        var log = await SelectedLog.FindAsync(data, arguments.Text("log"), views: true, cancellationToken);
        if (byRetention)
        {
            (var due, next) = DueItems.Find(data, log, data.Eraser.DecideBy(asOf), arguments.Number("after") ?? -1, 1000, cancellationToken);
            items = [.. due.Select(item => item.Item.Index)];
        }
        else if (items.Count == 0)
        {
            throw Failure.Usage("erase.what");
        }

        var order = new ErasureOrder(log, items, asOf, byRetention, reason, arguments.By(actor, ItemTag.MaximumCharacters), actor);
        var pending = await data.Eraser.EraseAsync(order, dryRun, cancellationToken);
        return new JsonObject
        {
            ["erased"] = items.Count,
            ["pending"] = pending,
            ["dryRun"] = dryRun,
            ["onMedia"] = new JsonArray([.. log.Views().FindStates(items).Values.Where(state => state.Medium is not null)
                .Select(state => (JsonNode)new JsonObject { ["origin"] = log.Origin, ["index"] = state.Index, ["medium"] = state.Medium })]),
            ["next"] = next,
        };
    }

    public async Task<JsonNode> MoveAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        var medium = arguments.Text("medium", ItemTag.MaximumCharacters) is { Length: > 0 } name ? name : throw Failure.Usage("usage.required", "--medium");
        var targets = arguments["to"] is JsonArray to ? to.Select(target => target!.GetValue<string>()).ToList() : [];
        var indices = arguments.Numbers("indices");
        if (indices.Count == 0) throw Failure.Usage("usage.required", "INDEX");
        var result = await _move.MoveAsync(
            await SelectedLog.FindAsync(data, arguments.Text("log"), views: true, cancellationToken), indices, medium, targets, arguments.By(actor, ItemTag.MaximumCharacters), arguments.Text("reason", MaximumReason), actor, cancellationToken);
        return new JsonObject
        {
            ["medium"] = medium,
            ["items"] = new JsonArray([.. result.Items.Where(item => item.Origin == result.Origin).Select(item => (JsonNode)item.Index)]),
            ["others"] = new JsonArray([.. result.Items.Where(item => item.Origin != result.Origin).Select(item => (JsonNode)new JsonObject { ["origin"] = item.Origin, ["index"] = item.Index })]),
            ["objects"] = result.Objects,
            ["bytes"] = result.Bytes,
            ["kept"] = result.Kept,
        };
    }
}
